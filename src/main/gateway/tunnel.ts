import { connect, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { EgressGate } from '../egress/types.ts'
import { type AddressGuard, type Authority, RefusedAddress, refusedAtOnce } from './addresses.ts'
import { answerConnect } from './answer.ts'
import { explain } from './forward.ts'
import type { HostMap } from './host-map.ts'
import type { RouteRecord } from './routes.ts'
import type { Limits } from './types.ts'

type Destination = Authority & { readonly projectId: string }

/** Connections that are carried unread. */
export interface Tunnels {
  open(client: Duplex, head: Buffer, to: Destination, record: RouteRecord): void
  /** What projects may reach has changed: ends those that are not allowed any more. */
  recheck(): Promise<void>
  /** Ends all of them. */
  close(): void
}

export function createTunnels(deps: {
  hostMap: HostMap
  guard: AddressGuard
  limits: Limits
  egress: EgressGate
}): Tunnels {
  const { hostMap, guard, limits, egress } = deps
  const opened = new Map<Socket, Destination>()

  const dial = ({ host, port }: Authority): Socket => {
    const address = hostMap.find(host, port)
    if (address) return connect({ ...address, allowHalfOpen: true })
    // The lookup checks what the name resolves to, and the connection goes to what it checked.
    return connect({ host, port, allowHalfOpen: true, lookup: guard.lookup })
  }

  const refuse = (
    client: Duplex,
    { projectId, host }: Destination,
    error: Error,
    record: RouteRecord,
  ): void => {
    const own = explain(error, host)
    const outcome = error instanceof RefusedAddress ? 'refused' : 'failed'
    if (outcome === 'refused') egress.refused(projectId, host)
    record.finished({ outcome, status: own.status, reason: own.message })
    answerConnect(client, own)
  }

  /** Both directions with backpressure; each side's end is passed on, an error ends both. */
  const join = (client: Duplex, server: Socket, head: Buffer, to: Destination, record: RouteRecord): void => {
    client.write('HTTP/1.1 200 Connection Established\r\n\r\n')
    if (head.length > 0) server.write(head)
    server.pipe(client)
    client.pipe(server)
    const moved = () => ({ out: server.bytesWritten, in: server.bytesRead })
    server.once('close', egress.opened(to.projectId, to.host, moved))
    record.decided({ outcome: 'tunnelled', reason: 'No provider has this host, so it was not read.' })
  }

  const recheckOne = async (server: Socket, { projectId, host }: Destination): Promise<void> => {
    // What cannot be decided about is not kept open.
    const message = await egress.refusal(projectId, host).catch(() => '')
    if (message !== undefined) server.destroy(new Error('The project may not go there any more.'))
  }

  return {
    open(client, head, to, record) {
      if (!hostMap.find(to.host, to.port) && refusedAtOnce(guard, to.host)) {
        refuse(client, to, new RefusedAddress(to.host), record)
        return
      }
      const server = dial(to)
      let joined = false
      opened.set(server, to)
      // Reads and writes both count as activity, so one side's timer watches both directions.
      server.setTimeout(limits.connect, () => {
        server.destroy(Object.assign(new Error('no connection in time'), { code: 'ETIMEDOUT' }))
      })
      server.once('connect', () => {
        joined = true
        server.setTimeout(limits.idleTunnel)
        join(client, server, head, to, record)
      })
      server.on('error', (error) => {
        if (joined) client.destroy()
        else if (!client.destroyed) refuse(client, to, error, record)
      })
      server.once('close', () => {
        opened.delete(server)
        record.finished({ outcome: joined ? 'tunnelled' : 'aborted' })
        if (joined && server.errored) client.destroy()
      })
      client.once('close', () => {
        server.destroy()
      })
      client.on('error', () => server.destroy())
    },
    async recheck() {
      await Promise.all([...opened].map(([server, to]) => recheckOne(server, to)))
    },
    close() {
      for (const server of opened.keys()) server.destroy()
    },
  }
}
