import { BerthError } from '../errors.ts'
import { scrub } from '../log/scrub.ts'
import type { Io } from './io.ts'

/**
 * Secrets come from a hidden prompt or from standard input, a line each. An argument can be read by every program of
 * this computer, and stays in the shell's history.
 */

const SECRET_OPTION = /^--?(?:api[-_]?)?(?:key|secret|token|password|passphrase)(?:$|=)/i

/** Refuses an option that would carry a secret, and a word that looks like one. Names neither. */
export function refuseSecretArguments(args: readonly string[]): void {
  const option = args.find((word) => SECRET_OPTION.test(word))?.split('=')[0]
  const where = 'berth asks for it on the terminal, or reads it from standard input'
  if (option !== undefined) {
    throw new BerthError(
      'bad_request',
      `A secret is never given as an argument, where other programs can read it. Leave ${option} out: ${where}.`,
    )
  }
  if (args.some((word) => scrub(word) !== word)) {
    throw new BerthError(
      'bad_request',
      `One of the arguments looks like a key. Other programs can read arguments, so take it for known to others and make a new one. Leave it out: ${where}.`,
    )
  }
}

async function nextLine(io: Io, what: string): Promise<string> {
  const line = await io.line()
  if (line !== undefined && line !== '') return line
  throw new BerthError('bad_request', `${what} is missing: standard input has no line for it.`)
}

async function typed(io: Io, what: string): Promise<string> {
  const text = await io.askHidden(`${what}: `)
  if (text !== '') return text
  throw new BerthError('bad_request', `${what} is missing.`)
}

/** A key or a passphrase that exists. `what` begins with a capital: "API key". */
export function readSecret(io: Io, what: string): Promise<string> {
  return io.interactive ? typed(io, what) : nextLine(io, what)
}

/** A passphrase that is to be: on the terminal it is asked for twice. */
export async function readNewPassphrase(io: Io, what: string): Promise<string> {
  if (!io.interactive) return nextLine(io, what)
  const first = await typed(io, what)
  if ((await typed(io, 'The same again')) === first) return first
  throw new BerthError('bad_request', 'The two are not the same. Nothing was changed.')
}

/** True when a person says yes. Where nobody can be asked, `--yes` must say it. */
export async function confirm(io: Io, question: string, yes: boolean | undefined): Promise<boolean> {
  if (yes === true) return true
  if (!io.interactive) {
    throw new BerthError('bad_request', `${question} Nobody can be asked here: say --yes.`)
  }
  return /^y(es)?$/i.test((await io.ask(`${question} [y/N] `)).trim())
}
