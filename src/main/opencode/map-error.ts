import { errorCode } from '../../preload/contract.ts'
import type { Problem } from '../../preload/shapes.ts'
import { scrub } from '../log/scrub.ts'
import type { WireError } from './wire.ts'

/** The header in which Berth's gateway says which of Berth's own errors its answer stands for. */
const BERTH_CODE = 'x-berth-error'

/** The sentence inside: no stack, no error class, no JSON around it, nothing that looks like a credential. */
export function cleanMessage(text: string): string {
  const line = text
    .split(/\n\s+at /)[0]
    ?.trim()
    .replace(/^(?:[A-Za-z]*Error: )+/, '')
  return scrub(innerMessage(line ?? '') ?? line ?? '').trim()
}

/** Some errors inside a stream arrive as the vendor's JSON object. */
function innerMessage(text: string): string | undefined {
  if (!text.startsWith('{')) return undefined
  try {
    const value: unknown = JSON.parse(text)
    return findMessage(value)
  } catch {
    return undefined
  }
}

function findMessage(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  if ('message' in value && typeof value.message === 'string') return value.message
  return 'error' in value ? findMessage(value.error) : undefined
}

/** True for the error of an answer the user stopped. */
export function isStopped(error: WireError): boolean {
  return error.name === 'MessageAbortedError'
}

function sentenceEnd(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`
}

function apiProblem(error: WireError, provider: string, said: string): Problem {
  const status = error.data.statusCode
  const own = errorCode.safeParse(error.data.responseHeaders?.[BERTH_CODE])
  if (own.success) return { code: own.data, message: said }
  if (status === 401 || status === 403) return rejected(provider, `${said} (${status})`)
  if (status === undefined)
    return {
      code: 'provider_unreachable',
      message: `${provider} could not be reached: ${sentenceEnd(said)} Check the connection, then send the prompt again.`,
    }
  const next =
    status === 429 ? 'Wait, or use another account.' : 'Send the prompt again, or use another model.'
  return {
    code: 'provider_error',
    message: `${provider} answered with an error: ${sentenceEnd(`${said} (${status})`)} ${next}`,
  }
}

function rejected(provider: string, said: string): Problem {
  return {
    code: 'credential_rejected',
    message: `${provider} refused the account's credential: ${sentenceEnd(said)} Check the account in Providers, or use another one.`,
  }
}

/** An error of a model request in Berth's words; undefined for an answer the user stopped. */
export function problemOf(error: WireError, providerId: string | undefined): Problem | undefined {
  if (isStopped(error)) return undefined
  const provider = providerId ?? error.data.providerID ?? 'The provider'
  const said = cleanMessage(error.data.message ?? '') || error.name
  switch (error.name) {
    case 'ProviderAuthError':
      return rejected(provider, said)
    case 'APIError':
      return apiProblem(error, provider, said)
    case 'ContextOverflowError':
      return {
        code: 'provider_error',
        message: `The conversation has grown too long for the model: ${sentenceEnd(said)} Start a new session, or use a model with a larger context.`,
      }
    case 'MessageOutputLengthError':
      return {
        code: 'provider_error',
        message: 'The answer reached the longest the model may write. Ask it to go on.',
      }
    case 'ContentFilterError':
      return {
        code: 'provider_error',
        message: `${provider} withheld the answer: ${sentenceEnd(said)} Say it in another way.`,
      }
    default:
      return unknownProblem(provider, said)
  }
}

function unknownProblem(provider: string, said: string): Problem {
  if (/^Model not found/i.test(said))
    return {
      code: 'unknown_model',
      message: `${sentenceEnd(said)} Choose another model in the project's settings.`,
    }
  if (/^Provider not found/i.test(said))
    return {
      code: 'unknown_provider',
      message: `${sentenceEnd(said)} Choose another provider for this project.`,
    }
  return {
    code: 'provider_error',
    message: `The answer from ${provider} broke off: ${sentenceEnd(said)} Send the prompt again.`,
  }
}
