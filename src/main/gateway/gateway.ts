import type { GatewayStatus } from '../../preload/shapes.ts'
import { BerthError } from '../errors.ts'
import { createAddressGuard, refusedBeyond } from './addresses.ts'
import { createCall } from './call.ts'
import { createHandlers } from './handler.ts'
import { createHostMap } from './host-map.ts'
import { createHostProxy } from './host-proxy.ts'
import { createHostDirectory } from './hosts.ts'
import { type Identity, loadIdentity } from './identity.ts'
import { createInterceptor } from './intercept.ts'
import { createPlainKeeper, stayAway } from './keep-to-policy.ts'
import { createLeaves } from './leaves.ts'
import { DEFAULT_LIMITS } from './limits.ts'
import { createListener, type Listener } from './listener.ts'
import { createLocator } from './locate.ts'
import { chooseAccounts, createPasses } from './passes.ts'
import { createPlaceholders, type Placeholders } from './placeholders.ts'
import { createPools } from './pool/pools.ts'
import { createReports } from './reports.ts'
import { createRoutes } from './routes.ts'
import { serve } from './serve.ts'
import { createServing } from './serving.ts'
import { createTending } from './tend.ts'
import { createTokens, type Tokens } from './tokens.ts'
import { createPlainTraffic } from './traffic.ts'
import { createTunnels } from './tunnel.ts'
import type { Gateway, GatewayDeps, GatewayOptions } from './types.ts'
import { upgrade } from './upgrade.ts'
import { createUpstream, trustedAuthorities } from './upstream.ts'

/** How long an answer that is under way may still take when Berth closes. */
const CLOSE_GRACE = 1500

/** What exists once the vault was read. */
interface Opened {
  readonly identity: Identity
  readonly tokens: Tokens
  readonly placeholders: Placeholders
  readonly listener: Listener
}

/** Makes the gateway; nothing is read or opened until `listen`. */
export function createGateway(deps: GatewayDeps, options: GatewayOptions): Gateway {
  const now = options.now ?? Date.now
  const limits = { ...DEFAULT_LIMITS, ...options.limits }
  const hostMap = createHostMap(options.hostMap)
  const guard = createAddressGuard()
  const hosts = createHostDirectory(deps, now)
  const routes = createRoutes((route) => deps.onRoute(route), now)
  const reports = createReports(deps, now)
  const proxy = createHostProxy(options.env ?? {})
  const secureContext = trustedAuthorities(options.extraCa)
  const wayOut = { hostMap, guard, limits, proxy, secureContext }
  const upstream = createUpstream(wayOut)
  const tunnels = createTunnels({ ...wayOut, egress: deps.egress })
  const pools = createPools({
    options: () => deps.poolOptions(),
    store: deps.standings,
    now,
    onChange: (accountId) => deps.standingChanged(accountId),
  })
  const plainKeeper = createPlainKeeper(deps.egress)
  const foreign = [
    plainKeeper.pass,
    stayAway(async (host, port) => proxy.forPlain(host, port) !== undefined && refusedBeyond(guard, host)),
  ]
  const serving = createServing({ deps, pools, upstream, reports, now })
  const tending = createTending((notice) => deps.onNotice(notice))
  let opened: Opened | undefined
  let stopped: string | undefined
  let turn: Promise<unknown> = Promise.resolve()

  const build = (identity: Identity): Opened => {
    const tokens = createTokens(identity.secret)
    const placeholders = createPlaceholders(identity.secret, {
      prefix: (providerId) => deps.keyPrefix(providerId),
      providerIds: hosts.providerIds,
    })
    const port = (): number => listener.port()
    const handlers = createHandlers({
      tokens,
      projectExists: (projectId) => deps.projectExists(projectId),
      projectName: (projectId) => deps.projectName(projectId),
      hosts,
      hostMap,
      interceptor: createInterceptor(createLeaves(identity.authority, now), limits),
      tunnels,
      locator: createLocator({ customBaseUrl: (id) => deps.customBaseUrl(id), hosts, guard, port }),
      routes,
      reports,
      egress: deps.egress,
      plainTraffic: createPlainTraffic(),
      passes: createPasses(placeholders, deps, () => deps.poolOptions().keepBytes, foreign),
      choose: (exchange) => chooseAccounts(exchange, deps),
      serve: (exchange, choice) => serve(exchange, choice, serving),
      upgrade: (exchange, from) =>
        upgrade(exchange, { ...from, idle: limits.idleTunnel }, chooseAccounts(exchange, deps), serving),
      upstream,
    })
    const listener = createListener(handlers, limits)
    return { identity, tokens, placeholders, listener }
  }

  const need = (): Opened => {
    if (opened) return opened
    throw new BerthError('conflict', 'The gateway is not open yet. Unlock the vault and try again.')
  }

  const status = (): GatewayStatus => {
    if (stopped !== undefined) return { state: 'stopped', reason: stopped }
    const addresses = opened?.listener.addresses() ?? []
    if (addresses.length === 0) return { state: 'starting' }
    return { state: 'ready', addresses, accounts: deps.accountCount() }
  }

  const open = async (addresses: readonly string[], port: number): Promise<{ port: number }> => {
    try {
      if (opened === undefined) {
        const identity = await loadIdentity(deps, now)
        await tending.start(identity)
        opened = build(identity)
      }
      const got = await opened.listener.add(addresses, port)
      for (const address of addresses) guard.addOwn(address)
      stopped = undefined
      return { port: got }
    } catch (error) {
      if ((opened?.listener.port() ?? 0) === 0)
        stopped = error instanceof BerthError ? error.message : 'The gateway could not be opened.'
      throw error
    } finally {
      deps.onStatus(status())
    }
  }

  return {
    status,
    listen(addresses, port) {
      // One after the other: two first calls at once must not make two authorities.
      const result = turn.then(() => open(addresses, port))
      turn = result.catch(() => undefined)
      return result
    },
    caCertificate: () => need().identity.trusted(),
    login: (projectId) => ({ user: projectId, password: need().tokens.proxy(projectId) }),
    serverPassword: (projectId) => need().tokens.server(projectId),
    placeholder: (projectId, providerId, type) => need().placeholders.auth(projectId, providerId, type),
    routes: (projectId) => routes.list(projectId),
    pools,
    hostsChanged: () => hosts.changed(),
    async egressChanged() {
      await Promise.all([tunnels.recheck(), plainKeeper.recheck()])
    },
    isProviderHost: (host) => hosts.providersOf(host).length > 0,
    call: createCall(upstream),
    async close() {
      stopped = 'Berth is closing.'
      tending.stop()
      tunnels.close()
      await opened?.listener.close(CLOSE_GRACE)
      await upstream.close()
      deps.onStatus(status())
    },
  }
}
