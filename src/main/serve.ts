import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { createApp } from './app.ts'
import { defaultCacheDir, defaultDataDir } from './data-dir.ts'
import { BerthError, toFailure } from './errors.ts'
import { tuneHeap } from './heap.ts'
import { placeHash } from './web/place.ts'
import { createWebServer } from './web/server.ts'
import { createSessionFile } from './web/session-file.ts'

/** The browser entry: the same app on plain Node, served on loopback. The built file stands in `out/main`. */
const outDir = import.meta.dirname

function readPort(): number | undefined {
  const { values } = parseArgs({ options: { port: { type: 'string' } } })
  if (values.port === undefined) return undefined
  const port = Number(values.port)
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port
  throw new BerthError('bad_request', `--port is a number from 0 to 65535, not "${values.port}".`)
}

async function serve(): Promise<void> {
  const port = readPort()
  tuneHeap()
  const dataDir = defaultDataDir()
  let loginUrl: (() => string) | undefined
  const app = await createApp({
    dataDir,
    cacheDir: defaultCacheDir(),
    resourcesDir: resolve(outDir, '..', '..', 'resources'),
    surface: 'browser',
    openPlace: (to) => {
      if (loginUrl !== undefined) return { url: `${loginUrl()}${placeHash(to)}` }
      throw new BerthError('conflict', 'Berth is still starting. Try again in a moment.')
    },
  })
  const say = (url: string) => console.log(`Berth is at ${url}`)
  const server = await createWebServer({
    dispatch: app.dispatch,
    events: app.events,
    rendererDir: resolve(outDir, '..', 'renderer'),
    log: app.log,
    port,
    preferredPort: app.settings.get().browserPort,
    sessionStore: createSessionFile(join(dataDir, 'browser-sessions.json'), { log: app.log }),
  }).catch(async (error: unknown) => {
    await app.close()
    throw error
  })
  loginUrl = server.newLoginUrl
  await app.settings.update({ browserPort: server.port })

  let closing = false
  const quit = async () => {
    // The second signal is an impatient user's: go at once, the next start tidies up.
    if (closing) process.exit(130)
    closing = true
    await server.close()
    await app.close()
    process.exit(0)
  }
  process.on('SIGINT', quit)
  process.on('SIGTERM', quit)
  process.on('SIGHUP', quit)
  say(server.url)
}

try {
  await serve()
} catch (error) {
  console.error(error instanceof BerthError ? toFailure(error).message : error)
  process.exit(1)
}
