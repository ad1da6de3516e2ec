import type { ErrorCode } from '../../preload/contract.ts'

/** What the command ends with. Scripts rely on these numbers: none ever changes its meaning. */
export const EXIT = {
  ok: 0,
  failed: 1,
  usage: 2,
  notFound: 3,
  vault: 4,
  engine: 5,
  vendor: 6,
  conflict: 7,
  refused: 8,
  interrupted: 130,
} as const
export type ExitCode = (typeof EXIT)[keyof typeof EXIT]

export const exitCodeTable: readonly (readonly [ExitCode, string])[] = [
  [EXIT.ok, 'Done.'],
  [EXIT.failed, 'It failed in a way that has no number of its own, or doctor found something to mend.'],
  [EXIT.usage, 'Wrong usage: an unknown option, a missing choice, a name that fits several accounts.'],
  [EXIT.notFound, 'There is no such account, project, provider, model or file.'],
  [EXIT.vault, 'The vault is not open: locked, damaged, without its keychain, or the passphrase is wrong.'],
  [EXIT.engine, 'Docker, the image or OpenCode is missing or does not work.'],
  [
    EXIT.vendor,
    'The vendor refused the credential or could not be reached, or no account serves the request.',
  ],
  [EXIT.conflict, 'It is there already, or another Berth is at work on the same data folder.'],
  [EXIT.refused, 'OpenCode asked for a permission and nobody was there to give it.'],
  [EXIT.interrupted, 'Interrupted with Ctrl-C.'],
]

const byError: Readonly<Record<ErrorCode, ExitCode>> = {
  bad_request: EXIT.usage,
  unauthorized: EXIT.failed,
  not_found: EXIT.notFound,
  conflict: EXIT.conflict,
  cancelled: EXIT.failed,
  internal: EXIT.failed,
  shutting_down: EXIT.failed,
  vault_locked: EXIT.vault,
  vault_damaged: EXIT.vault,
  keychain_unavailable: EXIT.vault,
  wrong_passphrase: EXIT.vault,
  unknown_provider: EXIT.notFound,
  unknown_model: EXIT.notFound,
  no_credential: EXIT.vendor,
  credential_rejected: EXIT.vendor,
  provider_unreachable: EXIT.vendor,
  provider_error: EXIT.vendor,
  accounts_limited: EXIT.vendor,
  budget_reached: EXIT.vendor,
  placeholder_refused: EXIT.vendor,
  egress_refused: EXIT.vendor,
  engine_unavailable: EXIT.engine,
  engine_denied: EXIT.engine,
  engine_error: EXIT.engine,
  image_not_found: EXIT.engine,
  image_unsuitable: EXIT.engine,
  port_taken: EXIT.failed,
  folder_missing: EXIT.notFound,
  folder_not_writable: EXIT.failed,
  opencode_unavailable: EXIT.engine,
  opencode_exited: EXIT.engine,
  opencode_timeout: EXIT.engine,
  opencode_error: EXIT.engine,
  project_stopped: EXIT.failed,
}

const isErrorCode = (code: string): code is ErrorCode => Object.hasOwn(byError, code)

/** The exit code for an error's code, which may come from a Berth that knows more codes. */
export function exitCodeOf(code: string): ExitCode {
  return isErrorCode(code) ? byError[code] : EXIT.failed
}

/** An error's code as this command knows it. */
export function asErrorCode(code: string): ErrorCode {
  return isErrorCode(code) ? code : 'internal'
}
