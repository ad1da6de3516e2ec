import type { ErrorCode } from '../../preload/contract.ts'
import { BerthError, isAbort, toFailure } from '../errors.ts'
import { scrub } from '../log/scrub.ts'
import { type LinkOptions, openLink } from './alone.ts'
import { EXIT, type ExitCode, exitCodeOf } from './exit-codes.ts'
import { type Io, paint, plain, table } from './io.ts'
import type { Link, Need } from './link.ts'
import { readSecret } from './secrets.ts'

/** What every command works with. */
export interface Context {
  readonly io: Io
  readonly env: NodeJS.ProcessEnv
  readonly dataDir: string
  /** Whether the value is to be JSON. */
  readonly json: boolean
  /**
   * The running Berth, or one of this process that is closed at the end of the command. It is the same one at every
   * call, so the first must say all that is needed.
   */
  link(need: Need): Promise<Link>
  /** The same with the vault open: where this process opens it, its passphrase is asked for. */
  openVault(need?: Need): Promise<Link>
  /** Prints the value as JSON, or what `words` makes of it. */
  show<T>(value: T, words: (value: T) => string): void
  table(headings: readonly string[], rows: readonly (readonly string[])[]): string
  /** A sentence that is no value: to standard error, and not with `--json`. */
  say(sentence: string): void
  /** Done before links are closed, however the command ends. */
  atEnd(work: () => Promise<unknown>): void
}

export interface ContextOptions extends LinkOptions {
  readonly io: Io
  readonly env: NodeJS.ProcessEnv
  readonly json: boolean
  /** The first line of standard input is the vault's passphrase. */
  readonly unlock: boolean
}

async function unlocked(link: Link, { io, unlock }: ContextOptions): Promise<void> {
  const { vault } = await link.call('app.status', {})
  const recovers = vault.state === 'unavailable' && vault.recovery === true
  if ((vault.state !== 'locked' && !recovers) || (!unlock && !(link.alone && io.interactive))) return
  const asks = recovers || ('keeper' in vault && vault.keeper === 'passphrase')
  const passphrase = asks ? await readSecret(io, "The vault's passphrase") : undefined
  await link.call('vault.unlock', passphrase === undefined ? {} : { passphrase })
}

/** Makes a context, and what closes all that it opened. */
export function createContext(options: ContextOptions): Context & { close(): Promise<void> } {
  const { io, json } = options
  let made: Promise<Link> | undefined
  const endings: (() => Promise<unknown>)[] = []
  const link = (need: Need): Promise<Link> => {
    made ??= openLink(options, need)
    return made
  }
  return {
    io,
    env: options.env,
    dataDir: options.dataDir,
    json,
    link,
    async openVault(need = 'vault') {
      const opened = await link(need)
      await unlocked(opened, options)
      return opened
    },
    show: (value, words) => io.out(json ? `${JSON.stringify(value, null, 2)}\n` : words(value)),
    table: (headings, rows) => table(io, headings, rows),
    say: (sentence) => {
      if (!json) io.err(`${plain(sentence)}\n`)
    },
    atEnd: (work) => void endings.push(work),
    async close() {
      for (const work of endings.splice(0)) await work().catch(() => undefined)
      // One that could not be opened has told so already.
      const opened = await made?.catch(() => undefined)
      await opened?.close()
    },
  }
}

/** What to do next from a terminal, where the message was written for the window. */
const HINTS: Readonly<Partial<Record<ErrorCode, string>>> = {
  vault_locked: 'Here: berth vault unlock; where no Berth runs, --unlock with its passphrase.',
}

/** Tells of a failure on standard error, and answers with the exit code for it. */
export function report(io: Io, json: boolean, error: unknown): ExitCode {
  if (isAbort(error) || io.interrupted.aborted) return EXIT.interrupted
  const failure = toFailure(error)
  // Berth's own messages hold no secret; a library's might.
  const hint = HINTS[failure.code]
  const message = scrub(hint === undefined ? failure.message : `${failure.message} ${hint}`)
  if (json) io.err(`${JSON.stringify({ error: { code: failure.code, message } })}\n`)
  else io.err(`${paint(io, 'red', 'berth:')} ${plain(message)}\n`)
  if (!(error instanceof BerthError) && process.env.BERTH_DEBUG === '1') {
    io.err(`${scrub(error instanceof Error ? String(error.stack) : String(error))}\n`)
  }
  return exitCodeOf(failure.code)
}
