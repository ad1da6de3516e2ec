import { connect, type Socket, type TcpNetConnectOpts } from 'node:net'
import type { Duplex } from 'node:stream'
import type { SecureContext } from 'node:tls'
import type { EgressGate } from '../egress/types.ts'
import {
  type AddressGuard,
  type Authority,
  RefusedAddress,
  refusedAtOnce,
  refusedBeyond,
} from './addresses.ts'
import { answerConnect } from './answer.ts'
import { explain } from './forward.ts'
import type { HostMap } from './host-map.ts'
import { dialThrough, type HostProxy } from './host-proxy.ts'
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

/** One that is being opened, or is. Aborting ends it at any time. */
interface Tunnel {
  readonly to: Destination
  readonly ending: AbortController
}

export interface TunnelDeps {
  readonly hostMap: HostMap
  readonly guard: AddressGuard
  readonly limits: Limits
  readonly egress: EgressGate
  readonly proxy: HostProxy
  /** Whom to trust on the way to a proxy. */
  readonly secureContext: SecureContext
}

function dialDirect(target: TcpNetConnectOpts, timeout: number, signal: AbortSignal): Promise<Socket> {
  const { promise, resolve, reject } = Promise.withResolvers<Socket>()
  const socket = connect({ ...target, allowHalfOpen: true, signal })
  socket.setTimeout(timeout, () => {
    socket.destroy(Object.assign(new Error('no connection in time'), { code: 'ETIMEDOUT' }))
  })
  socket.once('error', reject)
  socket.once('connect', () => {
    socket.off('error', reject)
    resolve(socket)
  })
  return promise
}

/** Opens the connection a tunnel goes through: to the mapped server, by the computer's proxy, or by itself. */
async function dial(deps: TunnelDeps, { host, port }: Authority, signal: AbortSignal): Promise<Socket> {
  const { hostMap, guard, limits, proxy, secureContext } = deps
  const address = hostMap.find(host, port)
  if (address) return dialDirect(address, limits.connect, signal)
  if (refusedAtOnce(guard, host)) throw new RefusedAddress(host)
  const server = proxy.forTunnel(host, port)
  // The lookup checks what the name resolves to, and the connection goes to what it checked.
  if (server === undefined) return dialDirect({ host, port, lookup: guard.lookup }, limits.connect, signal)
  if (await refusedBeyond(guard, host)) throw new RefusedAddress(host)
  return dialThrough(server, { host, port }, { timeout: limits.connect, secureContext, signal })
}

export function createTunnels(deps: TunnelDeps): Tunnels {
  const { limits, egress } = deps
  const opened = new Set<Tunnel>()

  const refuse = (
    client: Duplex,
    { projectId, host, port }: Destination,
    error: Error,
    record: RouteRecord,
  ): void => {
    const own = explain(error, host)
    const outcome = error instanceof RefusedAddress ? 'refused' : 'failed'
    if (outcome === 'refused') egress.refused(projectId, host, port)
    record.finished({ outcome, status: own.status, reason: own.message })
    answerConnect(client, own)
  }

  /** Both directions with backpressure; each side's end is passed on, an error ends both. */
  const join = (client: Duplex, server: Socket, head: Buffer, tunnel: Tunnel, record: RouteRecord): void => {
    const { projectId, host, port } = tunnel.to
    // Reads and writes both count as activity, so one side's timer watches both directions.
    server.setTimeout(limits.idleTunnel, () => {
      server.destroy(Object.assign(new Error('nothing was said for long'), { code: 'ETIMEDOUT' }))
    })
    server.on('error', () => client.destroy())
    const start = { out: server.bytesWritten, in: server.bytesRead }
    const moved = () => ({ out: server.bytesWritten - start.out, in: server.bytesRead - start.in })
    const closed = egress.opened(projectId, host, moved, port)
    server.once('close', () => {
      opened.delete(tunnel)
      closed()
      record.finished({ outcome: 'tunnelled' })
      if (server.errored) client.destroy()
    })
    client.write('HTTP/1.1 200 Connection Established\r\n\r\n')
    if (head.length > 0) server.write(head)
    server.pipe(client)
    client.pipe(server)
    record.decided({ outcome: 'tunnelled', reason: 'No provider has this host, so it was not read.' })
  }

  const recheckOne = async ({ to, ending }: Tunnel): Promise<void> => {
    // What cannot be decided about is not kept open.
    const message = await egress.refusal(to.projectId, to.host, to.port).catch(() => '')
    if (message !== undefined) ending.abort(new Error('The project may not go there any more.'))
  }

  return {
    open(client, head, to, record) {
      const tunnel: Tunnel = { to, ending: new AbortController() }
      const leave = (): void => tunnel.ending.abort()
      opened.add(tunnel)
      client.once('close', leave)
      client.on('error', leave)
      dial(deps, to, tunnel.ending.signal).then(
        (server) => join(client, server, head, tunnel, record),
        (error: Error) => {
          opened.delete(tunnel)
          if (!tunnel.ending.signal.aborted) refuse(client, to, error, record)
          else {
            record.finished({ outcome: 'aborted' })
            client.destroy()
          }
        },
      )
    },
    async recheck() {
      await Promise.all([...opened].map(recheckOne))
    },
    close() {
      for (const { ending } of opened) ending.abort()
    },
  }
}
