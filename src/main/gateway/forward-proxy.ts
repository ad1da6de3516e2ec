import type { Dispatcher } from 'undici'
import type { HostMap } from './host-map.ts'
import { type HostProxy, ProxyFailed } from './host-proxy.ts'

/** An answer of the proxy's own, which asks Berth and not the client for a login. */
const LOGIN_WANTED = 407

/** The handler of a request that was sent to the proxy: what the proxy says for itself is a failure of the way. */
function hearing(handler: Dispatcher.DispatchHandler): Dispatcher.DispatchHandler {
  return {
    onRequestStart: (controller, context) => handler.onRequestStart?.(controller, context),
    onRequestUpgrade: (controller, status, headers, socket) =>
      handler.onRequestUpgrade?.(controller, status, headers, socket),
    onResponseStart(controller, status, headers, text) {
      if (status === LOGIN_WANTED) controller.abort(new ProxyFailed({ status }))
      else handler.onResponseStart?.(controller, status, headers, text)
    },
    onResponseData: (controller, chunk) => handler.onResponseData?.(controller, chunk),
    onResponseEnd: (controller, trailers) => handler.onResponseEnd?.(controller, trailers),
    onResponseError: (controller, error) => handler.onResponseError?.(controller, error),
  }
}

/** A header as a list of names and values in turn. */
function listOf(headers: Dispatcher.DispatchOptions['headers']): string[] {
  if (Array.isArray(headers)) return headers
  return Object.entries(headers ?? {}).flatMap(([name, value]) => [name, String(value)])
}

/**
 * Sends requests in plain HTTP to the computer's proxy, in absolute form (RFC 9112 §3.2.2), where it has one for their
 * host; all others go on as they are. Their header has no `host`.
 */
export function forwardPlain(deps: {
  readonly toProxy: Dispatcher
  readonly proxy: HostProxy
  readonly hostMap: HostMap
}): Dispatcher.DispatcherComposeInterceptor {
  const { toProxy, proxy, hostMap } = deps
  return (dispatch) => (options, handler) => {
    const url = new URL(String(options.origin))
    const host = url.hostname.replace(/^\[|\]$/g, '')
    const port = Number(url.port || 80)
    const isPlain = url.protocol === 'http:' && hostMap.find(host, port) === undefined
    const server = isPlain ? proxy.forPlain(host, port) : undefined
    if (server === undefined) return dispatch(options, handler)
    const own = server.login === undefined ? [] : ['proxy-authorization', server.login]
    const name = server.host.includes(':') ? `[${server.host}]` : server.host
    return toProxy.dispatch(
      {
        ...options,
        origin: `${server.secure ? 'https' : 'http'}://${name}:${server.port}`,
        path: `${url.origin}${options.path}`,
        headers: [...listOf(options.headers), 'host', url.host, ...own],
      },
      hearing(handler),
    )
  }
}
