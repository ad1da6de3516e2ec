import type { ErrorCode } from '../../preload/contract.ts'
import { BerthError, isAbort, systemCode } from '../errors.ts'

/** What an engine answered, as dockerode throws it. */
interface EngineAnswer extends Error {
  readonly statusCode: number
}

function isAnswer(error: unknown): error is EngineAnswer {
  return error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number'
}

/** The HTTP status the engine refused with, if it was the engine that refused. */
export function engineStatusCode(error: unknown): number | undefined {
  return isAnswer(error) ? error.statusCode : undefined
}

/** Docker's own words, without the wrapping dockerode adds: `(HTTP code 404) no such container - …`. */
export function engineMessage(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  return text.replace(/^\(HTTP code \d+\) [^-]*- /, '').trim()
}

/** What the engine was asked to do, and at what address. */
export interface Act {
  /** A phrase for "Docker could not …". */
  readonly what: string
  readonly address: string
  readonly image?: string
}

export function deniedMessage(address: string): string {
  const fix =
    process.platform === 'linux'
      ? 'Add yourself to the docker group (sudo usermod -aG docker "$USER"), then log out and in again.'
      : 'Give your user access to it, then try again.'
  return `Docker is there, but you may not use its socket ${address}. ${fix}`
}

/** Refusals known by Docker's words, first match wins. Words: github.com/moby/moby, `daemon/` and `distribution/`. */
const KNOWN: readonly {
  readonly words: RegExp
  readonly code: ErrorCode
  readonly say: (act: Act, words: string) => string
}[] = [
  {
    words: /no space left on device|ENOSPC/i,
    code: 'engine_error',
    say: (act) =>
      `Docker could not ${act.what}: its disk is full. Free some space (docker system prune shows what can go), then try again.`,
  },
  {
    words: /port is already allocated|address already in use/i,
    code: 'port_taken',
    say: (act) =>
      `Docker could not ${act.what}: the port is taken by another program. Try again; Docker then picks another one.`,
  },
  {
    words: /no such image/i,
    code: 'image_not_found',
    say: (act) =>
      `The image ${act.image ?? ''} is not in Docker. Choose another image, or start the project again to fetch it.`,
  },
  {
    words: /bind source path does not exist/i,
    code: 'folder_missing',
    say: (_act, words) =>
      `Docker does not find the project's folder (${words.split('not exist: ')[1] ?? words}). Check that it exists and that Docker may share it.`,
  },
]

function fromSystem(code: string | undefined, act: Act, cause: unknown): BerthError | undefined {
  switch (code) {
    case 'EACCES':
    case 'EPERM':
      return new BerthError('engine_denied', deniedMessage(act.address), { cause })
    case 'ECONNREFUSED':
    case 'ENOENT':
    case 'ECONNRESET':
    case 'EPIPE':
    case 'ENOTFOUND':
    case 'ETIMEDOUT':
      return new BerthError(
        'engine_unavailable',
        `Docker stopped answering at ${act.address}. Check that it is running, then try again.`,
        { cause },
      )
    default:
      return undefined
  }
}

/** The one place where what Docker or its socket says becomes an error of Berth's. */
export function translate(error: unknown, act: Act): Error {
  if (error instanceof BerthError) return error
  if (error instanceof Error && isAbort(error)) return error
  // A file of this machine that can't be read has a path; a socket that can't be reached has none there.
  const ownFile = error instanceof Error && 'path' in error
  const bySystem = ownFile ? undefined : fromSystem(systemCode(error), act, error)
  if (bySystem !== undefined) return bySystem
  const words = engineMessage(error)
  const known = KNOWN.find((entry) => entry.words.test(words))
  if (known !== undefined) return new BerthError(known.code, known.say(act, words), { cause: error })
  return new BerthError('engine_error', `Docker could not ${act.what}: ${words}`, { cause: error })
}
