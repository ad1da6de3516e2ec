import { CommanderError } from 'commander'
import { BerthError } from '../errors.ts'
import { scrub } from '../log/scrub.ts'
import type { LinkOptions } from './alone.ts'
import { type Context, createContext, report } from './context.ts'
import { EXIT, type ExitCode } from './exit-codes.ts'
import type { Io } from './io.ts'
import { type Bind, buildProgram } from './program.ts'
import { refuseSecretArguments } from './secrets.ts'

export interface CommandHost extends LinkOptions {
  readonly version: string
  readonly io: Io
  readonly env: NodeJS.ProcessEnv
}

/** Rejects when the user interrupts, for work that has no end of its own for that. */
function interruption(io: Io): Promise<never> {
  return new Promise((_, fail) => {
    const stop = () => fail(io.interrupted.reason)
    if (io.interrupted.aborted) stop()
    else io.interrupted.addEventListener('abort', stop, { once: true })
  })
}

/** Runs work with a context that is closed at its end, also when that is an interrupt. */
async function perform(
  host: CommandHost,
  flags: { json?: boolean; unlock?: boolean },
  work: (context: Context) => Promise<ExitCode | undefined>,
): Promise<ExitCode> {
  const context = createContext({ ...host, json: flags.json === true, unlock: flags.unlock === true })
  try {
    return (await Promise.race([work(context), interruption(host.io)])) ?? EXIT.ok
  } finally {
    await context.close()
  }
}

/** Runs one `berth` command and answers with its exit code. Never rejects. */
export async function runCommand(args: readonly string[], host: CommandHost): Promise<ExitCode> {
  const { io } = host
  const json = args.includes('--json')
  let code: ExitCode = EXIT.ok
  const bind: Bind =
    (work) =>
    async (...given) => {
      code = await perform(host, program.opts(), (context) => work(context, ...given))
    }
  const program = buildProgram(bind, {
    version: host.version,
    out: io.out,
    // It quotes what it did not understand. With `--json` the failure is told below.
    err: (text) => (json ? undefined : io.err(scrub(text))),
  })
  try {
    if (args[0] !== '__complete') refuseSecretArguments(args)
    await program.parseAsync([...args], { from: 'user' })
    return code
  } catch (error) {
    if (!(error instanceof CommanderError)) return report(io, json, error)
    if (error.exitCode === 0) return EXIT.ok
    if (json) report(io, json, new BerthError('bad_request', error.message.replace(/^error: /, '')))
    return EXIT.usage
  }
}
