import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Account } from '../../preload/accounts.ts'
import type { ErrorCode } from '../../preload/contract.ts'
import type { Known } from './placeholders.ts'
import type { Beginning } from './read-ahead.ts'
import type { RouteRecord, Routes } from './routes.ts'

/** Where a request goes. */
export interface Target {
  /**
   * `provider`: TLS was ended here and goes on; `custom`: a virtual host of the user's own provider; `plain`: anything
   * else over unencrypted HTTP, which never gets a credential.
   */
  readonly kind: 'provider' | 'custom' | 'plain'
  /** As the client named it. */
  readonly host: string
  /** Providers whose host it is. */
  readonly providers: readonly string[]
  /** `scheme://host:port` of the server the request is sent to. */
  readonly origin: string
  /** Path and query as they are sent, placeholders still in place. */
  readonly path: string
}

/** One request on its way through the passes. The passes fill the second half in. */
export interface Exchange {
  readonly req: IncomingMessage
  readonly res: ServerResponse
  readonly projectId: string
  readonly target: Target
  readonly record: RouteRecord

  /** Names and values in turn, as they are sent on. */
  headers: string[]
  /** Indexes into `headers` of the values that carry a placeholder. */
  carriers: number[]
  /** The placeholder marks in those values. */
  marks: string[]
  /** Indexes into `headers` of the values that say how the answer may be packed. */
  encodings: number[]
  path: string
  /** Placeholders found, all of one provider. */
  found: Known[]
  /** Names the request's model may have in the catalog, likeliest first. Looked for where accounts are pinned by model. */
  models: readonly string[]
  /** What was read of the body already. */
  beginning: Beginning | undefined
  account: Account | undefined
  /** Header and path as the client sent them, placeholders in place: each account is put into these. */
  asked: { readonly headers: readonly string[]; readonly path: string } | undefined
  /** What hears the header of each answer, whoever gets that. */
  onHead:
    | ((headers: Readonly<Record<string, string | string[] | undefined>>, status: number) => void)
    | undefined
  /** What ends the try that is under way when the client leaves. */
  onGone: (() => void) | undefined
  /** What the request carries that its answer must not: see `mask.ts`. */
  hidden: string[]
}

/** Why a request is not sent on, and what its client is told. */
export interface Refusal {
  readonly status: number
  readonly code: ErrorCode
  /** A sentence for the person who reads it in OpenCode. */
  readonly message: string
  /** Seconds after which another try may go better. */
  readonly retryAfter?: number
  /** Also told as a notice: somebody ought to know although the client was answered. */
  readonly notify?: boolean
}

/**
 * One step of a request's way. Answers with a refusal, or nothing when the request goes on; with a promise of that when
 * it has to wait for something.
 */
export type Pass = (exchange: Exchange) => Refusal | undefined | Promise<Refusal | undefined>

/** A request at the beginning of its way, with its entry in the record. */
export function beginExchange(
  routes: Routes,
  request: Pick<Exchange, 'req' | 'res' | 'projectId' | 'target'>,
): Exchange {
  const { req, projectId, target } = request
  const { host, path } = target
  return {
    ...request,
    record: routes.begin({ projectId, host, method: req.method ?? '', path }),
    headers: [],
    carriers: [],
    marks: [],
    encodings: [],
    path,
    found: [],
    models: [],
    beginning: undefined,
    account: undefined,
    asked: undefined,
    onHead: undefined,
    onGone: undefined,
    hidden: [],
  }
}
