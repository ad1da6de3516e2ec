import { isIP } from 'node:net'
import { createSecureContext, rootCertificates } from 'node:tls'
import { Agent, buildConnector } from 'undici'
import { type AddressGuard, RefusedAddress } from './addresses.ts'
import type { HostMap } from './host-map.ts'
import { MAX_HEADER_BYTES } from './limits.ts'
import type { Limits } from './types.ts'

/** The ways out: pools of kept-alive connections, one per origin. */
export interface Upstream {
  /** For hosts of providers: named by the catalog or the user, verified by TLS. */
  readonly trusted: Agent
  /** For anything else a client names: opens no address the guard refuses. */
  readonly guarded: Agent
  close(): Promise<void>
}

type Connector = buildConnector.connector

/** Keeps an idle connection for less time than vendors do, so that none is used at the moment it is closed. */
const KEEP_ALIVE = 15_000

/** Goes to the mapped address, but asks for and verifies the certificate of the host that was named. */
function mapped(connect: Connector, hostMap: HostMap, otherwise: Connector): Connector {
  return (options, callback) => {
    const port = Number(options.port || (options.protocol === 'https:' ? 443 : 80))
    const address = hostMap.find(options.hostname, port)
    if (!address) return otherwise(options, callback)
    const { servername: _, ...rest } = options
    const named = options.protocol === 'https:' && isIP(options.hostname) === 0
    return connect(
      {
        ...rest,
        hostname: address.host,
        port: String(address.port),
        ...(named ? { servername: options.hostname } : {}),
      },
      callback,
    )
  }
}

function guardedBy(connect: Connector, guard: AddressGuard): Connector {
  return (options, callback) => {
    if (isIP(options.hostname) !== 0 && guard.forbids(options.hostname))
      return callback(new RefusedAddress(options.hostname), null)
    return connect(options, callback)
  }
}

export function createUpstream(deps: {
  hostMap: HostMap
  extraCa: string | undefined
  guard: AddressGuard
  limits: Limits
}): Upstream {
  const { hostMap, guard, limits } = deps
  // Made once: reading some hundred authorities anew for every connection would take longer than the handshake.
  const secureContext = createSecureContext(
    deps.extraCa === undefined ? {} : { ca: [...rootCertificates, deps.extraCa] },
  )
  const tls = { secureContext, timeout: limits.connect, allowH2: false, rejectUnauthorized: true }
  const open = buildConnector(tls)
  const openGuarded = guardedBy(buildConnector({ ...tls, lookup: guard.lookup }), guard)
  const agent = (connect: Connector): Agent =>
    new Agent({
      connect,
      allowH2: false,
      pipelining: 1,
      keepAliveTimeout: KEEP_ALIVE,
      keepAliveMaxTimeout: KEEP_ALIVE,
      headersTimeout: limits.firstByte,
      bodyTimeout: limits.silence,
      maxHeaderSize: 2 * MAX_HEADER_BYTES,
    })
  const trusted = agent(mapped(open, hostMap, open))
  const guarded = agent(mapped(open, hostMap, openGuarded))
  return {
    trusted,
    guarded,
    async close() {
      await Promise.all([trusted.destroy(), guarded.destroy()])
    },
  }
}
