import type { EgressGate } from '../egress/types.ts'
import type { Exchange, Pass, Target } from './exchange.ts'

/** The port a plain request is for; undefined for what the gateway reads, which is counted by host alone. */
export const plainPort = ({ kind, origin }: Pick<Target, 'kind' | 'origin'>): number | undefined =>
  kind === 'plain' ? Number(/:(\d+)$/.exec(origin)?.[1] ?? 80) : undefined

/** Keeps plain requests, and WebSockets among them, to hosts that are no provider's to the projects' policies. */
export interface PlainKeeper {
  /**
   * Whether the project may go there. After placeholders were looked for: one on a foreign host is told of, whatever the
   * policy is.
   */
  readonly pass: Pass
  /** What projects may reach has changed: ends those under way that are not allowed any more, with their connections. */
  recheck(): Promise<void>
}

export function createPlainKeeper(egress: EgressGate): PlainKeeper {
  const underWay = new Set<Exchange>()
  const refusal = ({ projectId, target }: Exchange): Promise<string | undefined> =>
    egress.refusal(projectId, target.host, plainPort(target) ?? 80)

  /** Until its answer has ended; where the connection was upgraded, until that has. */
  const watch = (exchange: Exchange): void => {
    const { req, res } = exchange
    const { socket } = req
    const forget = (): void => {
      underWay.delete(exchange)
      socket.off('close', forget)
      res.off('close', forget)
    }
    underWay.add(exchange)
    socket.once('close', forget)
    res.once('close', forget)
    if (socket.destroyed) forget()
  }
  const recheckOne = async (exchange: Exchange): Promise<void> => {
    // What cannot be decided about is not kept open.
    const message = await refusal(exchange).catch(() => '')
    if (message !== undefined) exchange.req.socket.destroy()
  }
  return {
    pass(exchange) {
      const { target } = exchange
      if (target.kind !== 'plain' || target.providers.length > 0) return undefined
      return refusal(exchange).then((message) => {
        if (message !== undefined) return { status: 403, code: 'egress_refused', message }
        watch(exchange)
        return undefined
      })
    },
    async recheck() {
      await Promise.all([...underWay].map(recheckOne))
    },
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
