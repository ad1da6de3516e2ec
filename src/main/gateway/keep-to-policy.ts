import type { EgressGate } from '../egress/types.ts'
import type { Pass } from './exchange.ts'

/**
 * Pass: whether the project may go to a host that is no provider's, in plain HTTP. After placeholders were looked for: one
 * on a foreign host is told of, whatever the policy is.
 */
export function keepToPolicy(egress: EgressGate): Pass {
  return ({ target, projectId }) => {
    if (target.kind !== 'plain' || target.providers.length > 0) return undefined
    return egress
      .refusal(projectId, target.host)
      .then((message) =>
        message === undefined ? undefined : { status: 403, code: 'egress_refused', message },
      )
  }
}
