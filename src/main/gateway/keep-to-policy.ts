import type { EgressGate } from '../egress/types.ts'
import type { Pass, Target } from './exchange.ts'

/** The port a plain request is for; undefined for what the gateway reads, which is counted by host alone. */
export const plainPort = ({ kind, origin }: Pick<Target, 'kind' | 'origin'>): number | undefined =>
  kind === 'plain' ? Number(/:(\d+)$/.exec(origin)?.[1] ?? 80) : undefined

/**
 * Pass: whether the project may go to a host that is no provider's, in plain HTTP. After placeholders were looked for: one
 * on a foreign host is told of, whatever the policy is.
 */
export function keepToPolicy(egress: EgressGate): Pass {
  return ({ target, projectId }) => {
    if (target.kind !== 'plain' || target.providers.length > 0) return undefined
    return egress
      .refusal(projectId, target.host, plainPort(target) ?? 80)
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
    const { host } = target
    return leadsHere(host, plainPort(target) ?? 80).then((here) =>
      here
        ? { status: 403, code: 'provider_unreachable', message: `Berth opens no connection to ${host}.` }
        : undefined,
    )
  }
}
