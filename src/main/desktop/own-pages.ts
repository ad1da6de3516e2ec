import { protocol, type Session } from 'electron'
import { contentSecurityPolicy, rendererFile } from '../rpc/renderer-files.ts'

/**
 * The window's pages come from a scheme of Berth's own instead of `file:`, so that they have an origin, a content
 * security policy by header, and no way to the rest of the disk.
 */
const SCHEME = 'berth-app'
const ORIGIN = `${SCHEME}://app`

/** Which pages are Berth's own. */
export interface OwnPages {
  /** The first page. */
  readonly url: string
  includes(url: string): boolean
}

function originOf(url: string): string | undefined {
  if (!URL.canParse(url)) return undefined
  const { protocol: scheme, host } = new URL(url)
  return `${scheme}//${host}`
}

/** @param devServer the address of Vite's server while developing, instead of the built files */
export function ownPages(devServer?: string): OwnPages {
  const origin = devServer === undefined ? ORIGIN : originOf(devServer)
  return { url: devServer ?? `${ORIGIN}/`, includes: (url) => originOf(url) === origin }
}

/** Must be called before the app is ready. */
export function registerOwnScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ])
}

/** Answers the scheme from the built renderer. */
export function serveOwnPages(session: Session, rendererDir: string): void {
  session.protocol.handle(SCHEME, async (request) => {
    const url = new URL(request.url)
    const file = originOf(request.url) === ORIGIN ? await rendererFile(rendererDir, url.pathname) : undefined
    if (file === undefined) return new Response('There is no such file.', { status: 404 })
    return new Response(new Uint8Array(file.body), {
      headers: {
        'content-type': file.contentType,
        'content-security-policy': contentSecurityPolicy([]),
        'x-content-type-options': 'nosniff',
      },
    })
  })
}
