import type { IncomingMessage } from 'node:http'

/**
 * Which requests are answered at all. A page from elsewhere must reach nothing, whatever name it found for loopback
 * (DNS rebinding) and whatever it makes a browser send (cross-site requests).
 */

/** The `Host` values of this server; every other is refused. */
export function ownHosts(port: number): readonly string[] {
  return [`127.0.0.1:${port}`, `localhost:${port}`]
}

/** Why a request of any kind is refused, or undefined. */
export function refusalOf(request: IncomingMessage, port: number): string | undefined {
  const host = request.headers.host
  if (host === undefined || !ownHosts(port).includes(host)) {
    return `Berth answers only at 127.0.0.1:${port}.`
  }
  // https://www.w3.org/TR/fetch-metadata/ : sent by browsers only, and not by all of them.
  const site = request.headers['sec-fetch-site']
  if (site !== undefined && site !== 'same-origin' && site !== 'none') {
    return 'The request came from another site. Paste the address from the terminal into the address bar.'
  }
  return undefined
}

/** Why a call or an event stream is refused, or undefined: those need proof that our own page sent them. */
export function foreignOrigin(request: IncomingMessage): string | undefined {
  return request.headers.origin === `http://${request.headers.host}`
    ? undefined
    : "The request did not come from Berth's own page."
}

/** Cookies are shared by all ports of a host, so each Berth names its own. */
export function cookieName(port: number): string {
  return `berth_session_${port}`
}

/** The value of this server's session cookie. */
export function sessionCookie(request: IncomingMessage, port: number): string | undefined {
  const prefix = `${cookieName(port)}=`
  return (request.headers.cookie ?? '')
    .split(';')
    .map((pair) => pair.trim())
    .find((pair) => pair.startsWith(prefix))
    ?.slice(prefix.length)
}
