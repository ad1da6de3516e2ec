// throwaway
import { z } from 'zod'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createTestAuthority } from '../tests/support/model-server/certificates.ts'
import * as lanes from './bench-gateway/lanes.ts'
import { load } from './bench-gateway/client.ts'
import { beside, startServer } from './bench-gateway/processes.ts'
import { buildServers } from './bench-gateway/build.ts'
const built = process.env.SRC ? beside : await buildServers(['bare','berth'])
import { HOST, type Kind } from './bench-gateway/traffic.ts'
const [way = 'plain', kind = 'whole', conns = '16', secs = '4', rounds = '3', which = 'bare,berth'] = process.argv.slice(2)
const folder = await mkdtemp(join(tmpdir(), 'prof-'))
const authority = await createTestAuthority()
const ca = join(folder, 'ca.pem')
await writeFile(ca, authority.caPem)
const pairs: string[] = []
for (const name of ['localhost', HOST]) {
  const leaf = await authority.leafFor(name)
  const [cert, key] = [join(folder, `${name}.pem`), join(folder, `${name}.key`)]
  await writeFile(cert, leaf.cert); await writeFile(key, leaf.key, { mode: 0o600 })
  pairs.push(cert, key)
}
const port = z.object({ port: z.number() })
const v = await startServer(beside('vendor'), pairs, z.object({ plain: z.number(), tls: z.number() }))
const ports = [String(v.ready.plain), String(v.ready.tls)]
const bare = await startServer(built('bare'), [...pairs.slice(0, 2), ca, ...ports], port)
const berth = await startServer(built('berth'), [ca, ...ports], z.object({ port: z.number(), login: z.string(), plainKey: z.string(), tlsKey: z.string() }))
const b = lanes.berth(berth.ready)
const all = [
  { n: 'bare', lane: way === 'plain' ? lanes.plainProxy('bare', bare.ready.port, v.ready.plain) : lanes.tlsProxy('bare', bare.ready.port, v.ready.tls), s: bare },
  { n: 'berth', lane: way === 'plain' ? b.plain : b.tls, s: berth },
].filter((x) => which.split(',').includes(x.n))
for (const c of all) await load(c.lane, kind as Kind, { connections: Number(conns), seconds: 2, most: 5000 })
const cpu: Record<string, number[]> = {}; const rate: Record<string, number[]> = {}; const rss: Record<string, number> = {}
for (let r = 0; r < Number(rounds); r++) for (const c of r % 2 ? all.toReversed() : all) {
  const u0 = await c.s.usage(); 
  const s = await load(c.lane, kind as Kind, { connections: Number(conns), seconds: Number(secs), most: 1e6 })
  const u1 = await c.s.usage();
  (cpu[c.n] ??= []).push((u1.cpuMicros - u0.cpuMicros) / (s.count + Number(conns)));
  (rate[c.n] ??= []).push(s.count / s.seconds); rss[c.n] = u1.rss / 1048576
}
const med = (a: number[]) => a.toSorted((x, y) => x - y)[a.length >> 1] ?? 0
for (const c of all) console.log(new Date().toISOString().slice(11,19), c.n.padEnd(6), 'cpu µs', med(cpu[c.n]!).toFixed(0), 'min', Math.min(...cpu[c.n]!).toFixed(0), 'rate', med(rate[c.n]!).toFixed(0), 'rss', rss[c.n]!.toFixed(0))
for (const s of [v, bare, berth]) s.stop()
process.exit(0)
