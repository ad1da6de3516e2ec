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

/**
 * Pass: a plain request that another machine is to resolve the name of, such as this computer's proxy, is refused where the
 * name leads here. Others are looked at when they are connected.
 */
export function stayAway(leadsHere: (host: string, port: number) => Promise<boolean>): Pass {
  return ({ target }) => {
    if (target.kind !== 'plain') return undefined
    const { host, origin } = target
    return leadsHere(host, Number(new URL(origin).port || 80)).then((here) =>
      here
        ? { status: 403, code: 'provider_unreachable', message: `Berth opens no connection to ${host}.` }
        : undefined,
    )
  }
}
