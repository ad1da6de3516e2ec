import type { IncomingMessage } from 'node:http'
import type { Exchange } from './exchange.ts'

/** What was read of a request's body before it is sent on. */
export interface Beginning {
  readonly chunks: readonly Buffer[]
  /** `whole`: there is no more. `begun`: the rest is still to come. `gone`: the client left. */
  readonly state: 'whole' | 'begun' | 'gone'
}

/**
 * Reads bodies before they are sent on, within a limit for each, one for those of a project, and one for all of them
 * together.
 */
export interface ReadAhead {
  /**
   * Reads until `enough` says so, the body ends, a limit is met or the client leaves. Not past that: the client is held
   * back until somebody reads on. Never fails.
   */
  read(
    { req, res, projectId }: Pick<Exchange, 'req' | 'res' | 'projectId'>,
    enough: (chunk: Buffer) => boolean,
  ): Promise<Beginning>
}

/** Bytes of all bodies under way: one client may open very many connections. */
export const MOST_KEPT = 256 * 1024 * 1024

/** Those of one project: the others' are to have room whatever it does. */
export const MOST_OF_PROJECT = MOST_KEPT / 2

/** True when a request has a body (RFC 9112 §6). */
export function hasBody({ headers }: IncomingMessage): boolean {
  const length = headers['content-length']
  return headers['transfer-encoding'] !== undefined || (length !== undefined && length !== '0')
}

/** Bytes of a request's body as its header says; infinite when it does not say. */
export function announced({ headers }: IncomingMessage): number {
  if (headers['transfer-encoding'] !== undefined) return Number.POSITIVE_INFINITY
  return Number(headers['content-length'] ?? 0)
}

export function createReadAhead(limits: {
  readonly one: () => number
  readonly project: number
  readonly all: number
}): ReadAhead {
  let held = 0
  /** Projects are few: what one holds stays, and is not made anew for each request. */
  const byProject = new Map<string, { bytes: number }>()
  const shareOf = (projectId: string): { bytes: number } => {
    const known = byProject.get(projectId)
    if (known !== undefined) return known
    const share = { bytes: 0 }
    byProject.set(projectId, share)
    return share
  }
  return {
    read({ req, res, projectId }, enough) {
      const { promise, resolve } = Promise.withResolvers<Beginning>()
      const chunks: Buffer[] = []
      const share = shareOf(projectId)
      let length = 0
      let over = false
      const stop = (state: Beginning['state']): void => {
        if (over) return
        over = true
        req.off('data', onData).off('end', onEnd).pause()
        resolve({ chunks, state })
      }
      const onData = (chunk: Buffer): void => {
        chunks.push(chunk)
        length += chunk.length
        held += chunk.length
        share.bytes += chunk.length
        const isFull = held >= limits.all || share.bytes >= limits.project
        if (enough(chunk) || length >= limits.one() || isFull) stop('begun')
      }
      const onEnd = (): void => stop('whole')
      req.on('data', onData).on('end', onEnd)
      res.once('close', () => {
        held -= length
        share.bytes -= length
        stop('gone')
      })
      if (res.destroyed) stop('gone')
      return promise
    },
  }
}

/**
 * A body as it is sent on after its beginning was read: all of it, or the request with the beginning put back, so that
 * whoever reads it next meets every byte once.
 */
export function bodyAfter(req: IncomingMessage, { chunks, state }: Beginning): IncomingMessage | Buffer {
  if (state === 'whole') return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)
  for (const chunk of chunks.toReversed()) req.unshift(chunk)
  return req
}
