import type { Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { TLSSocket } from 'node:tls'
import type { Authority } from './addresses.ts'
import type { Leaves } from './leaves.ts'
import type { Limits } from './types.ts'

/** A connection whose TLS was ended here. */
export interface Intercepted extends Authority {
  readonly projectId: string
  /** The name the client asked for in TLS; undefined when it asked for none. */
  readonly asked: string | undefined
}

/** Ends TLS in the place of a provider's host and hands the connection to the same HTTP server. */
export interface Interceptor {
  open(server: Server, client: Duplex, head: Buffer, to: Authority & { projectId: string }): Promise<void>
  /** What is known about a request's connection; undefined for one that is not intercepted. */
  about(socket: Duplex): Intercepted | undefined
}

export function createInterceptor(leaves: Leaves, limits: Limits): Interceptor {
  const connections = new WeakMap<Duplex, Intercepted>()
  return {
    async open(server, client, head, to) {
      const secureContext = await leaves.contextFor(to.host)
      if (client.destroyed) return
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n')
      if (head.length > 0) client.unshift(head)
      const tls = new TLSSocket(client as ConstructorParameters<typeof TLSSocket>[0], {
        isServer: true,
        secureContext,
        ALPNProtocols: ['http/1.1'],
      })
      const slow = setTimeout(() => tls.destroy(), limits.headers)
      const end = (): void => {
        clearTimeout(slow)
        tls.destroy()
        client.destroy()
      }
      tls.on('error', end)
      tls.on('_tlsError', end)
      tls.once('close', end)
      tls.once('secure', () => {
        clearTimeout(slow)
        const asked = Reflect.get(tls, 'servername')
        connections.set(tls, { ...to, asked: typeof asked === 'string' ? asked.toLowerCase() : undefined })
        server.emit('connection', tls)
      })
    },
    about: (socket) => connections.get(socket),
  }
}
