import { createHash, randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'
import { pack } from 'tar-stream'

const MANIFEST_TYPE = 'application/vnd.docker.distribution.manifest.v2+json'

export interface TestRegistry {
  /** `127.0.0.1:<port>/berth-test`; Docker trusts registries at loopback without TLS. */
  readonly repository: string
  close(): Promise<void>
}

export interface TestImage {
  readonly tag: string
  readonly architecture: string
  /** Bytes of noise in the image's one layer. */
  readonly size: number
  /** Other paths of empty files in it. */
  readonly files?: readonly string[]
}

const digest = (bytes: Buffer): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`

async function layerOf({ size, files = [] }: TestImage): Promise<Buffer> {
  const tar = pack()
  tar.entry({ name: 'noise' }, randomBytes(size))
  for (const name of files) tar.entry({ name: name.replace(/^\//, '') }, '')
  tar.finalize()
  return buffer(tar)
}

/**
 * A registry at loopback with small made-up images, so that a real engine really pulls.
 * https://distribution.github.io/distribution/spec/api/
 */
export async function startRegistry(images: readonly TestImage[]): Promise<TestRegistry> {
  const blobs = new Map<string, Buffer>()
  const manifests = new Map<string, Buffer>()
  const keep = (bytes: Buffer) => {
    blobs.set(digest(bytes), bytes)
    return { digest: digest(bytes), size: bytes.length }
  }
  for (const image of images) {
    const tar = await layerOf(image)
    const layer = keep(gzipSync(tar))
    const rootfs = { type: 'layers', diff_ids: [digest(tar)] }
    const config = keep(
      Buffer.from(JSON.stringify({ os: 'linux', architecture: image.architecture, rootfs })),
    )
    const manifest = {
      schemaVersion: 2,
      mediaType: MANIFEST_TYPE,
      config: { mediaType: 'application/vnd.docker.container.image.v1+json', ...config },
      layers: [{ mediaType: 'application/vnd.docker.image.rootfs.diff.tar.gzip', ...layer }],
    }
    const bytes = Buffer.from(JSON.stringify(manifest))
    manifests.set(image.tag, bytes)
    manifests.set(digest(bytes), bytes)
  }
  const server = createServer((request, response) => {
    const [, kind, name] = /^\/v2\/berth-test\/(manifests|blobs)\/(.+)$/.exec(request.url ?? '') ?? []
    const found = kind === 'blobs' ? blobs.get(name ?? '') : manifests.get(name ?? '')
    if (request.url === '/v2/') return void response.end('{}')
    if (found === undefined) {
      response.writeHead(404, { 'content-type': 'application/json' })
      const errors = [{ code: 'MANIFEST_UNKNOWN', message: 'manifest unknown' }]
      return void response.end(JSON.stringify({ errors }))
    }
    response.writeHead(200, {
      'content-type': kind === 'blobs' ? 'application/octet-stream' : MANIFEST_TYPE,
      'content-length': found.length,
      'docker-content-digest': digest(found),
    })
    response.end(request.method === 'HEAD' ? undefined : found)
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const { port } = server.address() as AddressInfo
  return {
    repository: `127.0.0.1:${port}/berth-test`,
    close: async () => {
      server.closeAllConnections()
      await new Promise((done) => server.close(done))
    },
  }
}
