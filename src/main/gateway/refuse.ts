import type { Route } from '../../preload/shapes.ts'
import { answer } from './answer.ts'
import type { Exchange, Refusal } from './exchange.ts'
import type { Reports } from './reports.ts'

/** Answers a request that is not sent on; `also` goes into its record. */
export function refuse(
  exchange: Exchange,
  refusal: Refusal,
  reports: Reports,
  also: Partial<Route> = {},
): void {
  const { req, res, record, projectId, target } = exchange
  const { status, message } = refusal
  record.finished({ ...also, outcome: 'refused', status, reason: message })
  if (refusal.notify) reports.notice({ level: 'warning', text: message, projectId })
  // RFC 9110, 10.2.3.
  if (refusal.retryAfter !== undefined) res.setHeader('retry-after', String(refusal.retryAfter))
  answer(res, target.path, refusal)
  // Node does away with the body of an answered request by itself only if nobody has read of it.
  if (exchange.beginning) req.resume()
}

/** A part of Berth broke while a request was decided about. */
export const BROKEN: Refusal = {
  status: 403,
  code: 'internal',
  message: 'Berth could not decide about this request, so it was not sent. Restart the project.',
}
