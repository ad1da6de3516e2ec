import type { IncomingMessage } from 'node:http'
import { isIPv6 } from 'node:net'
import { remember } from '../remember.ts'
import { type AddressGuard, parseAuthority } from './addresses.ts'
import type { OwnAnswer } from './answer.ts'
import type { Target } from './exchange.ts'
import type { HostDirectory } from './hosts.ts'
import type { GatewayDeps } from './types.ts'

const VIRTUAL = /^([a-z0-9][a-z0-9._-]{0,63})\.berth\.internal$/

const bad = (status: number, message: string): OwnAnswer => ({ status, code: 'bad_request', message })

const inUrl = (host: string): string => (isIPv6(host) ? `[${host}]` : host)

/** The provider id in a virtual host's name. */
export const virtualProvider = (host: string): string | undefined => VIRTUAL.exec(host)?.[1]

export interface Locator {
  /** Where a request goes whose client ended TLS for `host` with us. */
  inside(req: IncomingMessage, connected: { host: string; port: number }): Target | OwnAnswer
  /** Where an absolute-form request goes (RFC 9112 §3.2.2). */
  absolute(req: IncomingMessage): Target | OwnAnswer
}

type Deps = Pick<GatewayDeps, 'customBaseUrl'> & {
  readonly hosts: HostDirectory
  readonly guard: AddressGuard
  /** The port the gateway listens on. */
  port(): number
}

/** The parts of a custom provider's base URL. */
interface Base {
  /** Without brackets. */
  readonly hostname: string
  readonly port: number
  readonly origin: string
  /** The path without a slash at its end. */
  readonly folder: string
}

function parseBase(base: string): Base {
  const { hostname, port, protocol, origin, pathname } = new URL(base)
  return {
    hostname: hostname.replace(/^\[|\]$/g, ''),
    port: Number(port || (protocol === 'https:' ? 443 : 80)),
    origin,
    folder: pathname.replace(/\/$/, ''),
  }
}

/** Base URLs that are remembered: a user has a few. */
const MOST_BASES = 100

const isHere = (guard: AddressGuard, address: string): boolean =>
  guard.forbids(address) || guard.forbidsName(address)

/** A custom provider's base URL with the rest of a `/v1/…` path behind it. */
function customTarget(
  deps: Deps & { readonly baseOf: (base: string) => Base },
  host: string,
  providerId: string,
  path: string,
): Target | OwnAnswer {
  const base = deps.customBaseUrl(providerId)
  const rest = /^\/v1(?=[/?]|$)(.*)$/.exec(path)?.[1]
  if (base === undefined || rest === undefined)
    return {
      status: 404,
      code: 'not_found',
      message: `There is nothing at ${host}${path.split('?', 1)[0] ?? ''}.`,
    }
  if (/(?:^|\/|%2f)(?:\.|%2e){1,2}(?:[/?]|%2f|$)/i.test(rest)) return bad(400, 'The path may not climb.')
  const { hostname, port, origin, folder } = deps.baseOf(base)
  // The port first: looking whether an address is this machine's takes time.
  if (port === deps.port() && isHere(deps.guard, hostname))
    return bad(400, `The address of ${providerId} is Berth's own gateway. Correct it in Providers.`)
  return {
    kind: 'custom',
    host,
    providers: [providerId],
    origin,
    path: `${folder}${rest}` || '/',
  }
}

export function createLocator(given: Deps): Locator {
  // Reading one takes longer than all else about finding a request's way.
  const deps = { ...given, baseOf: remember(MOST_BASES, parseBase) }
  return {
    inside(req, connected) {
      const { host, port } = connected
      const named = parseAuthority(req.headers.host ?? '', 443)
      if (named?.host !== host || named.port !== port)
        return bad(421, `This connection is for ${host}, and the request names another host.`)
      const path = req.url ?? ''
      if (!path.startsWith('/')) return bad(400, 'The request has no path.')
      const providerId = virtualProvider(host)
      if (providerId !== undefined) return customTarget(deps, host, providerId, path)
      const origin = `https://${inUrl(host)}${port === 443 ? '' : `:${port}`}`
      return { kind: 'provider', host, providers: deps.hosts.providersOf(host), origin, path }
    },
    absolute(req) {
      const match = /^http:\/\/([^/?#]*)([^#]*)$/i.exec(req.url ?? '')
      const named = parseAuthority(match?.[1] ?? '', 80)
      if (!match || !named) return bad(400, 'The address is not one a proxy can open. Use CONNECT for https.')
      const { host, port } = named
      const rest = match[2] ?? ''
      const path = rest.startsWith('/') ? rest : `/${rest}`
      const providerId = virtualProvider(host)
      if (providerId !== undefined) return customTarget(deps, host, providerId, path)
      const origin = `http://${inUrl(host)}${port === 80 ? '' : `:${port}`}`
      return { kind: 'plain', host, providers: deps.hosts.providersOf(host), origin, path }
    },
  }
}
