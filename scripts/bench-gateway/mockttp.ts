/** mockttp as a proxy that ends TLS and passes everything on, as its own documentation sets it up. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { z } from 'zod'

const [folder = '', caFile = ''] = process.argv.slice(2)

interface Mockttp {
  start(): Promise<void>
  readonly port: number
  forAnyRequest(): { thenPassThrough(options: object): Promise<unknown> }
}
const shape = z.object({
  generateCACertificate: z.custom<() => Promise<{ key: string; cert: string }>>(
    (value) => typeof value === 'function',
  ),
  getLocal: z.custom<(options: object) => Mockttp>((value) => typeof value === 'function'),
})
const { generateCACertificate, getLocal } = shape.parse(createRequire(`${folder}/`)('mockttp'))

const server = getLocal({ https: await generateCACertificate(), http2: false, recordTraffic: false })
await server.start()
await server
  .forAnyRequest()
  .thenPassThrough({ additionalTrustedCAs: [{ cert: readFileSync(caFile, 'utf8') }] })
process.send?.({ ready: { port: server.port } })
