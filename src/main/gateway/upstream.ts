import { isIP } from 'node:net'
import { createSecureContext, rootCertificates, type SecureContext } from 'node:tls'
import { Agent, buildConnector, type Dispatcher } from 'undici'
import { type AddressGuard, RefusedAddress, refusedAtOnce } from './addresses.ts'
import { forwardPlain } from './forward-proxy.ts'
import type { HostMap } from './host-map.ts'
import { dialThrough, type HostProxy } from './host-proxy.ts'
import { MAX_HEADER_BYTES, MAX_UPSTREAM } from './limits.ts'
import type { Waits } from './relay.ts'
import type { Limits } from './types.ts'

/** The ways out: pools of kept-alive connections, one per origin. */
export interface Upstream {
  /** For hosts of providers: named by the catalog or the user, verified by TLS. */
  readonly trusted: Dispatcher
  /** For anything else a client names: opens no address the guard refuses. */
  readonly guarded: Dispatcher
  /** For how long an answer is waited for, by whoever sends something. */
  readonly waits: Waits
  close(): Promise<void>
}

type Connector = buildConnector.connector

/** Keeps an idle connection for less time than vendors do, so that none is used at the moment it is closed. */
const KEEP_ALIVE = 15_000

const portOf = ({ port, protocol }: buildConnector.Options): number =>
  Number(port || (protocol === 'https:' ? 443 : 80))

/** Goes to the mapped address, but asks for and verifies the certificate of the host that was named. */
function mapped(connect: Connector, hostMap: HostMap, otherwise: Connector): Connector {
  return (options, callback) => {
    const address = hostMap.find(options.hostname, portOf(options))
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
    if (refusedAtOnce(guard, options.hostname)) return callback(new RefusedAddress(options.hostname), null)
    return connect(options, callback)
  }
}

/** Goes by the computer's proxy where it has one for the host. TLS is ended by the host, as without one. */
function proxied(
  connect: Connector,
  deps: { readonly proxy: HostProxy; readonly limits: Limits; readonly secureContext: SecureContext },
): Connector {
  return (options, callback) => {
    const to = { host: options.hostname, port: portOf(options) }
    const proxy = options.protocol === 'https:' ? deps.proxy.forTunnel(to.host, to.port) : undefined
    if (proxy === undefined) return connect(options, callback)
    dialThrough(proxy, to, { timeout: deps.limits.connect, secureContext: deps.secureContext }).then(
      (httpSocket) => connect({ ...options, httpSocket }, callback),
      (error: Error) => callback(error, null),
    )
  }
}

/** What is trusted upstream: the built-in authorities, those of NODE_EXTRA_CA_CERTS, and the user's own. */
export function trustedAuthorities(extraCa: string | undefined): SecureContext {
  // Made once: reading some hundred authorities anew for every connection would take longer than the handshake.
  return createSecureContext(extraCa === undefined ? {} : { ca: [...rootCertificates, extraCa] })
}

export interface UpstreamDeps {
  readonly hostMap: HostMap
  readonly secureContext: SecureContext
  readonly guard: AddressGuard
  readonly limits: Limits
  readonly proxy: HostProxy
}

export function createUpstream({ hostMap, secureContext, guard, limits, proxy }: UpstreamDeps): Upstream {
  const tls = { secureContext, timeout: limits.connect, allowH2: false, rejectUnauthorized: true }
  const open = buildConnector(tls)
  const byProxy = (connect: Connector) => proxied(connect, { proxy, limits, secureContext })
  const openGuarded = guardedBy(byProxy(buildConnector({ ...tls, lookup: guard.lookup })), guard)
  const options = {
    allowH2: false,
    pipelining: 1,
    connections: MAX_UPSTREAM,
    keepAliveTimeout: KEEP_ALIVE,
    keepAliveMaxTimeout: KEEP_ALIVE,
    headersTimeout: limits.firstByte,
    bodyTimeout: limits.silence,
    maxHeaderSize: 2 * MAX_HEADER_BYTES,
  }
  const agent = (connect: Connector): Agent => new Agent({ ...options, connect })
  const trusted = agent(mapped(open, hostMap, byProxy(open)))
  const guarded = agent(mapped(open, hostMap, openGuarded))
  // To the proxy itself, which may well be on this machine.
  const toProxy = agent(open)
  const forward = forwardPlain({ toProxy, proxy, hostMap })
  const forwarding = (one: Agent): Dispatcher => (proxy.forwards ? one.compose(forward) : one)
  return {
    trusted: forwarding(trusted),
    guarded: forwarding(guarded),
    waits: limits,
    async close() {
      await Promise.all([trusted, guarded, toProxy].map((one) => one.destroy()))
    },
  }
}
