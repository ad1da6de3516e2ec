import { readFile, realpath } from 'node:fs/promises'
import { extname, join, sep } from 'node:path'

/** The built renderer, as every surface that shows it serves it. */

export interface RendererFile {
  readonly body: Buffer
  readonly contentType: string
  /** `immutable` for files whose name carries a hash of their content. */
  readonly immutable: boolean
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
  '.txt': 'text/plain; charset=utf-8',
}

/** Vite names built assets `name-<8 characters of hash>.ext`. */
const HASHED = /^\/assets\/.+-[\w-]{8}\.\w+$/

/** The path inside the folder, or undefined for one that cannot be there. */
function relativePath(urlPath: string): string | undefined {
  let decoded: string
  try {
    decoded = decodeURIComponent(urlPath)
  } catch {
    return undefined
  }
  const parts = decoded.split('/').filter((part) => part !== '')
  const bad = parts.some((part) => part === '.' || part === '..' || /[\\\0:]/.test(part))
  return bad ? undefined : parts.join('/')
}

async function readInside(folder: string, path: string): Promise<Buffer | undefined> {
  try {
    // Real paths, so that a link cannot lead out of the folder.
    const root = await realpath(folder)
    const file = await realpath(join(root, path))
    return file.startsWith(root + sep) ? await readFile(file) : undefined
  } catch {
    return undefined
  }
}

/**
 * The file of `folder` that answers a URL path, or undefined. A path without an extension is a place in the app, so
 * `index.html` answers it.
 */
export async function rendererFile(folder: string, urlPath: string): Promise<RendererFile | undefined> {
  const path = relativePath(urlPath)
  if (path === undefined) return undefined
  const extension = extname(path)
  const body = await readInside(folder, extension === '' ? 'index.html' : path)
  if (body === undefined) return undefined
  return {
    body,
    contentType: TYPES[extension === '' ? '.html' : extension] ?? 'application/octet-stream',
    immutable: HASHED.test(urlPath),
  }
}

/**
 * The content security policy of the renderer.
 * @param connect what it may connect to besides its own origin
 */
export function contentSecurityPolicy(connect: readonly string[]): string {
  return [
    "default-src 'self'",
    "script-src 'self'",
    // Components set styles on elements.
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    `connect-src ${["'self'", ...connect].join(' ')}`,
    "object-src 'none'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ')
}
