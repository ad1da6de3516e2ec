import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentLog } from '../../../src/main/log/log.ts'
import { createEvents, type Events } from '../../../src/main/rpc/events.ts'
import { createWebServer, type WebServerOptions } from '../../../src/main/web/server.ts'

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
}

export interface Ask {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string | undefined>>
  readonly body?: string | Buffer
}

/** A plain request: unlike `fetch` it sends any `Host` and `Origin` it is told to. */
export function ask(port: number, path: string, options: Ask = {}): Promise<Answer> {
  return new Promise((done, fail) => {
    const headers = Object.fromEntries(
      Object.entries({ host: `127.0.0.1:${port}`, ...options.headers }).filter(
        (pair): pair is [string, string] => pair[1] !== undefined,
      ),
    )
    const sent = request(
      {
        host: '127.0.0.1',
        port,
        path,
        method: options.method ?? 'GET',
        headers,
        setHost: false,
        agent: false,
      },
      (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('end', () =>
          done({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(chunks).toString('utf8'),
          }),
        )
      },
    )
    sent.on('error', fail)
    sent.end(options.body)
  })
}

/** The headers our own page's calls carry. */
export function callHeaders(port: number, cookie?: string): Record<string, string> {
  return {
    origin: `http://127.0.0.1:${port}`,
    'x-berth': '1',
    'content-type': 'application/json',
    ...(cookie === undefined ? {} : { cookie }),
  }
}

/** The cookie of an answer, as a browser would send it back. */
export function cookieOf(answer: Answer): string {
  return String(answer.headers['set-cookie']?.[0]).split(';')[0] ?? ''
}

/** The path of a login address. */
export function loginPath(url: string): string {
  const { pathname, search } = new URL(url)
  return pathname + search
}

/** Signs in with a login address and gives the cookie. */
export async function signIn(port: number, url: string): Promise<string> {
  return cookieOf(await ask(port, loginPath(url)))
}

/** A server over a small renderer; everything it makes goes with `close`. */
export async function startServer(options: Partial<WebServerOptions> = {}) {
  const rendererDir = await mkdtemp(join(tmpdir(), 'berth-web-'))
  await mkdir(join(rendererDir, 'assets'))
  await writeFile(join(rendererDir, 'index.html'), '<!doctype html><title>the app</title>')
  await writeFile(join(rendererDir, 'assets', 'index-D4x_9aZ2.js'), 'export {}')
  const hub = createEvents({ log: silentLog(), strict: true })
  let listeners = 0
  const events: Events = {
    emit: hub.emit,
    on: (listener) => {
      const off = hub.on(listener)
      listeners += 1
      return () => {
        listeners -= 1
        off()
      }
    },
  }
  const calls: { method: string; input: unknown }[] = []
  const server = await createWebServer({
    dispatch: async (method, input) => {
      calls.push({ method, input })
      return { ok: true, value: { method, input } }
    },
    events,
    rendererDir,
    log: silentLog(),
    ...options,
  })
  return {
    server,
    port: server.port,
    events,
    /** How many listen to the events. */
    listeners: () => listeners,
    calls,
    close: async () => {
      await server.close()
      await rm(rendererDir, { recursive: true })
    },
  }
}
