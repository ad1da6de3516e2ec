/**
 * `npm run bench:gateway`: what the gateway costs beside other proxies in the same places, measured in turns. It starts
 * everything itself: a vendor, Berth's gateway as it is built for the app, the least a proxy in Node can be, Portkey's gateway and
 * mockttp (fetched once into `node_modules/.cache`), nginx where it is installed; each in a process of its own.
 *
 *   --quick         two short rounds, and memory over 10,000 requests instead of 100,000
 *   --only a,b      these contenders besides Berth and the bare proxy (portkey, nginx, mockttp), or `none`
 *
 * The last line is JSON: Berth's throughput as a part of the others' (geometric mean over all settings), milliseconds
 * added to the first byte, and memory. Request 43 kB, answers 0.5 kB whole or 1,000 pieces streamed.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { createTestAuthority } from '../tests/support/model-server/certificates.ts'
import { buildServers } from './bench-gateway/build.ts'
import { memoryOver } from './bench-gateway/flat.ts'
import * as lanes from './bench-gateway/lanes.ts'
import { type Contender, compare, type Effort, type Setting, warmUp } from './bench-gateway/measure.ts'
import { hasNginx, startNginx } from './bench-gateway/nginx.ts'
import { fetchPackages } from './bench-gateway/packages.ts'
import { beside, type ServerProcess, startForeign, startServer } from './bench-gateway/processes.ts'
import { type Block, summary, table, type WayIn } from './bench-gateway/report.ts'
import { HOST } from './bench-gateway/traffic.ts'

const FULL: Effort = { rounds: 5, seconds: 0.7, most: 20_000 }
/** The catalog of providers as it is shipped. */
const SNAPSHOT = resolve(import.meta.dirname, '../resources/catalog.json')
const QUICK: Effort = { rounds: 2, seconds: 0.3, most: 2000 }
const SETTINGS: readonly Setting[] = (['whole', 'streamed'] as const).flatMap((kind) =>
  [1, 16, 64].map((connections) => ({ kind, connections })),
)

const { values } = parseArgs({ options: { quick: { type: 'boolean' }, only: { type: 'string' } } })
const wanted = (name: string): boolean => values.only === undefined || values.only.split(',').includes(name)
const folder = await mkdtemp(join(tmpdir(), 'berth-bench-'))
const running: ServerProcess<unknown>[] = []

async function start<T>(
  file: string,
  args: readonly string[],
  shape: z.ZodType<T>,
  quiet = false,
): Promise<ServerProcess<T>> {
  const server = await startServer(file, args, shape, quiet)
  running.push(server)
  return server
}

function freePort(): Promise<number> {
  return new Promise((done) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => done(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}

/** Writes the vendor's certificates: for the names it is asked by. Answers with the files. */
async function certificates(): Promise<{ ca: string; pairs: string[] }> {
  const authority = await createTestAuthority()
  const ca = join(folder, 'ca.pem')
  await writeFile(ca, authority.caPem)
  const pairs: string[] = []
  for (const name of ['localhost', HOST]) {
    const leaf = await authority.leafFor(name)
    const [cert, key] = [join(folder, `${name}.pem`), join(folder, `${name}.key`)]
    await writeFile(cert, leaf.cert)
    await writeFile(key, leaf.key, { mode: 0o600 })
    pairs.push(cert, key)
  }
  return { ca, pairs }
}

const port = z.object({ port: z.number() })
const vendorReady = z.object({ plain: z.number(), tls: z.number() })
const berthReady = z.object({
  port: z.number(),
  login: z.string(),
  plainKey: z.string(),
  tlsKey: z.string(),
})

async function others(ca: string, vendor: { plain: number; tls: number }) {
  const plain: Contender[] = []
  const tls: Contender[] = []
  const packages = wanted('portkey') || wanted('mockttp') ? fetchPackages() : ''
  if (wanted('portkey')) {
    const file = join(packages, 'node_modules/@portkey-ai/gateway/build/start-server.js')
    const at = await freePort()
    const server = await startForeign(file, [`--port=${at}`, '--headless'], at, ['mend-portkey'])
    running.push(server)
    plain.push({ lane: lanes.portkey(at, vendor.plain), usage: server.usage })
  }
  if (wanted('nginx') && hasNginx()) {
    const at = await freePort()
    const server = await startNginx(join(folder, 'nginx'), at, vendor.plain)
    running.push(server)
    plain.push({ lane: lanes.reverseProxy('nginx', at), usage: server.usage })
  }
  if (wanted('mockttp')) {
    const server = await start(beside('mockttp'), [packages, ca], port, true)
    tls.push({ lane: lanes.mockttp(server.ready.port, vendor.tls), usage: server.usage })
  }
  return { plain, tls }
}

async function contenders() {
  const { ca, pairs } = await certificates()
  const built = await buildServers(['bare', 'berth'])
  const vendor = (await start(beside('vendor'), pairs, vendorReady)).ready
  const ports = [String(vendor.plain), String(vendor.tls)]
  const bare = await start(built('bare'), [...pairs.slice(0, 2), ca, ...ports], port)
  const berth = await start(built('berth'), [ca, SNAPSHOT, ...ports], berthReady)
  const straight = lanes.direct(vendor)
  const ours = lanes.berth(berth.ready)
  const more = await others(ca, vendor)
  const name = 'bare Node'
  const all: Record<WayIn, Contender[]> = {
    plain: [
      { lane: straight.plain, usage: undefined },
      { lane: lanes.plainProxy(name, bare.ready.port, vendor.plain), usage: bare.usage },
      { lane: ours.plain, usage: berth.usage },
      ...more.plain,
    ],
    tls: [
      { lane: straight.tls, usage: undefined },
      { lane: lanes.tlsProxy(name, bare.ready.port, vendor.tls), usage: bare.usage },
      { lane: ours.tls, usage: berth.usage },
      ...more.tls,
    ],
  }
  return { all, berth: { lane: ours.plain, server: berth } }
}

try {
  const { all, berth } = await contenders()
  const effort = values.quick ? QUICK : FULL
  const blocks: Block[] = []
  for (const way of ['plain', 'tls'] as const) {
    await warmUp(all[way])
    for (const setting of SETTINGS)
      blocks.push({ way, setting, results: await compare(all[way], setting, effort) })
  }
  console.log(table(blocks))
  console.log(`\n${await memoryOver(berth.lane, berth.server, values.quick ? 10_000 : 100_000)}`)
  console.log(`\n${summary(blocks)}`)
} finally {
  for (const server of running) server.stop()
  await rm(folder, { recursive: true, force: true })
}
