import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { BerthError, systemCode } from '../errors.ts'

function listenOnce(server: Server, host: string, port: number): Promise<number> {
  return new Promise((done, fail) => {
    server.once('error', fail)
    server.listen({ host, port, exclusive: true }, () => {
      server.off('error', fail)
      done((server.address() as AddressInfo).port)
    })
  })
}

function explain(error: unknown, port: number): unknown {
  const code = systemCode(error)
  if (code === 'EADDRINUSE') {
    return new BerthError(
      'port_taken',
      `Port ${port} is in use by another program. Close that program, or give Berth another port; port 0 takes any free one.`,
      { data: { port }, cause: error },
    )
  }
  if (code === 'EACCES') {
    return new BerthError(
      'port_taken',
      `This user may not listen on port ${port}. Give Berth a port above 1023; port 0 takes any free one.`,
      { data: { port }, cause: error },
    )
  }
  return error
}

/**
 * Listens and resolves with the port.
 * @param ports.port the port the user asked for; 0 takes any free one. Throws `port_taken`.
 * @param ports.preferredPort tried first when `port` is 0 (the one used last time); any free one if it is taken
 */
export async function listen(
  server: Server,
  host: string,
  ports: { readonly port: number; readonly preferredPort?: number | undefined },
): Promise<number> {
  if (ports.port === 0 && ports.preferredPort !== undefined) {
    try {
      return await listenOnce(server, host, ports.preferredPort)
    } catch {
      // Taken meanwhile: any other will do.
    }
  }
  try {
    return await listenOnce(server, host, ports.port)
  } catch (error) {
    throw explain(error, ports.port)
  }
}
