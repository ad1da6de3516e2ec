import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type RequestListener } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createSecureContext } from 'node:tls'
import { createTestAuthority } from './model-server/certificates.ts'

/** A vendor that refuses every request and repeats all of it in its answer, the credential too. */
export interface EchoVendor {
  readonly httpsPort: number
  readonly httpPort: number
  /** What its TLS is trusted by, as a file. */
  readonly caFile: string
  /** Everything it was sent, as text. */
  heard(): string
  close(): Promise<void>
}

export async function startEchoVendor(): Promise<EchoVendor> {
  const authority = await createTestAuthority()
  const folder = await mkdtemp(join(tmpdir(), 'berth-echo-'))
  const caFile = join(folder, 'ca.pem')
  await writeFile(caFile, authority.caPem)
  let heard = ''
  const repeat: RequestListener = (request, response) => {
    const said = `${request.method} ${request.url} ${request.rawHeaders.join(' ')}`
    heard += `${said}\n`
    const text = JSON.stringify({ type: 'error', error: { type: 'authentication_error', message: said } })
    // The reason phrase too: some clients put it into their errors.
    response.writeHead(401, said.slice(0, 400).replaceAll(/[^\x20-\x7e]/g, ''), {
      'content-type': 'application/json',
    })
    response.end(text)
  }
  const tls = createTlsServer(
    {
      ...(await authority.leafFor('unnamed.test')),
      SNICallback: (host, done) =>
        void authority.leafFor(host).then((leaf) => done(null, createSecureContext(leaf)), done),
    },
    repeat,
  )
  const plain = createServer(repeat)
  for (const one of [tls, plain]) await new Promise<void>((done) => one.listen(0, '127.0.0.1', done))
  return {
    httpsPort: (tls.address() as AddressInfo).port,
    httpPort: (plain.address() as AddressInfo).port,
    caFile,
    heard: () => heard,
    async close() {
      for (const one of [tls, plain]) {
        one.closeAllConnections()
        await new Promise((done) => one.close(done))
      }
      await rm(folder, { recursive: true })
    },
  }
}
