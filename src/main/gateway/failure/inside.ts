import { readFailure } from './read.ts'
import type { Failure } from './types.ts'
import { errorWords } from './words.ts'

/**
 * The status an error would have had as an answer of its own, by its words. platform.claude.com "Errors"; OpenAI's
 * `response.failed` codes; google.rpc.Code; AWS's stream exceptions.
 */
const BY_WORD: readonly (readonly [RegExp, number])[] = [
  [
    /^(?:rate_limit_error|rate_limit_exceeded|resource_exhausted|too_many_requests|throttlingexception)$/,
    429,
  ],
  [/^(?:authentication_error|unauthenticated)$/, 401],
  [/^(?:permission_error|permission_denied)$/, 403],
  [/^(?:overloaded_error|unavailable)$/, 529],
  [/^(?:invalid_request_error|invalid_argument|validationexception)$/, 400],
]

function statusOf(tags: readonly string[]): number {
  const told = tags.find((tag) => /^[45]\d\d$/.test(tag))
  if (told !== undefined) return Number(told)
  return BY_WORD.find(([word]) => tags.some((tag) => word.test(tag)))?.[1] ?? 500
}

/**
 * Reads an error told inside an answer that had begun well.
 * @param body JSON text: the error as a failed answer would have had it
 * @param now milliseconds since the epoch
 */
export const readFailureInside = (body: string, now: number): Failure =>
  readFailure({ status: statusOf(errorWords(body).tags), headers: {}, body }, now)
