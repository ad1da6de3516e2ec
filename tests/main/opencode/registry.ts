import { createHash } from 'node:crypto'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { createGzip } from 'node:zlib'
import { pack } from 'tar-stream'

/** A registry on loopback with one package, as npm's library expects one. */
export interface FakeRegistry {
  readonly url: string
  /** The hash of the tarball as it should be. */
  readonly integrity: string
  /** Paths asked for. */
  readonly asked: string[]
  /** What the next requests get instead of a good answer. */
  fault: Fault | undefined
  /** Resolves when the tarball has been asked for. */
  readonly tarballAsked: Promise<void>
  close(): Promise<void>
}

type Fault = 'missing' | 'altered' | 'altered everywhere' | 'stall' | 'unauthorized'

export async function tarball(name: string, content: Buffer): Promise<Buffer> {
  const tar = pack()
  tar.entry({ name: 'package/package.json' }, '{}')
  tar.entry({ name }, content)
  tar.finalize()
  return buffer(tar.pipe(createGzip()))
}

function hash(content: Buffer): string {
  return `sha512-${createHash('sha512').update(content).digest('base64')}`
}

export async function startRegistry(name: string, version: string, content: Buffer): Promise<FakeRegistry> {
  const good = await tarball('package/bin/opencode', content)
  const altered = await tarball('package/bin/opencode', Buffer.from('#!/bin/sh\necho altered\n'))
  const asked: string[] = []
  const tarballAsked = Promise.withResolvers<void>()

  const sendTarball = (response: ServerResponse) => {
    response.writeHead(200, { 'content-type': 'application/octet-stream' })
    tarballAsked.resolve()
    if (registry.fault === 'stall') response.write(good.subarray(0, Math.floor(good.length / 2)))
    else response.end(registry.fault?.startsWith('altered') ? altered : good)
  }
  const sendManifest = (response: ServerResponse) => {
    const integrity = hash(registry.fault === 'altered everywhere' ? altered : good)
    const dist = { tarball: `${registry.url}/${name}.tgz`, integrity }
    const versions = { [version]: { name, version, dist } }
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ name, 'dist-tags': { latest: version }, versions }))
  }

  const server = createServer((request, response) => {
    asked.push(request.url ?? '')
    if (registry.fault === 'missing') response.writeHead(404).end('{}')
    else if (registry.fault === 'unauthorized') response.writeHead(401).end('{}')
    else if (request.url?.endsWith('.tgz')) sendTarball(response)
    else sendManifest(response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const registry: FakeRegistry = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    integrity: hash(good),
    asked,
    fault: undefined,
    tarballAsked: tarballAsked.promise,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
  return registry
}
