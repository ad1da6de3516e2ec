/**
 * What went wrong with a request, as far as the next step depends on it. `quota`: the account has used up what it may
 * use for long. `rate`: it was too quick. `overloaded` and `server`: the vendor's fault, no account's. `auth`: the
 * credential is no good. `forbidden`: it is good, and may not do this. `bad_request`: any account would be told the same.
 * `network`: no answer came.
 */
export type FailureKind =
  | 'quota'
  | 'rate'
  | 'overloaded'
  | 'server'
  | 'auth'
  | 'forbidden'
  | 'bad_request'
  | 'network'

export interface Failure {
  readonly kind: FailureKind
  /** Of the answer, or of the error inside a stream; absent when no answer came. */
  readonly status?: number
  /** How long the vendor asks to wait, in milliseconds. Absent when it does not say. */
  readonly retryAfterMs?: number
  /** The vendor's own words, one line, at most 200 characters. May be empty. */
  readonly said: string
}

/** The part of an answer a failure is read from. */
export interface ErrorAnswer {
  readonly status: number
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | undefined>>
  /** The beginning of the body, decoded. */
  readonly body: string
  /**
   * True for words, in lower case, that the client may have brought itself. Vendors repeat values they do not know, and a
   * client must not be able to have an account left alone, or retired, for all projects.
   */
  readonly repeats?: (words: string) => boolean
}
