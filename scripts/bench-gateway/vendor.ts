/** The model vendor: answers at once, in plain HTTP and over TLS. Refuses a request that has not the real key. */
import { readFileSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo, Server } from 'node:net'
import { createSecureContext } from 'node:tls'
import { CHUNKS, HOST, LAST_PIECE, OTHER_KEY, pieceOf, REAL_KEY, wholeAnswer } from './traffic.ts'

const pieces = Array.from({ length: CHUNKS - 1 }, (_, i) => pieceOf(i)).concat(LAST_PIECE)

const KEYS: ReadonlySet<string> = new Set([`Bearer ${REAL_KEY}`, `Bearer ${OTHER_KEY}`])

const isStreamed = (piece: Buffer): boolean => piece.includes('"stream":true')

const answer: RequestListener = (req, res) => {
  let streamed = false
  // It stands near the beginning as it is sent, and near the end as Portkey puts it.
  req.on('data', (chunk: Buffer) => {
    streamed ||= isStreamed(chunk.subarray(0, 200)) || isStreamed(chunk.subarray(-200))
  })
  req.on('end', () => {
    if (!KEYS.has(req.headers.authorization ?? '')) {
      res.writeHead(401, { 'content-length': 0 }).end()
      return
    }
    if (!streamed) {
      res.writeHead(200, { 'content-type': 'application/json', 'content-length': wholeAnswer.length })
      res.end(wholeAnswer)
      return
    }
    res.writeHead(200, { 'content-type': 'text/event-stream' })
    let i = 0
    // One at a time, so that each is a piece of its own on the wire.
    const next = (): void => {
      if (res.destroyed) return
      const more = res.write(pieces[i++])
      if (i === pieces.length) res.end()
      else if (more) setImmediate(next)
      else res.once('drain', next)
    }
    next()
  })
}

function listen(server: Server): Promise<number> {
  return new Promise((done) =>
    server.listen(0, '127.0.0.1', () => done((server.address() as AddressInfo).port)),
  )
}

const [cert = '', key = '', hostCert = '', hostKey = ''] = process.argv
  .slice(2)
  .map((file) => readFileSync(file, 'utf8'))
const forHost = createSecureContext({ cert: hostCert, key: hostKey })
const noLimits = { keepAliveTimeout: 0, noDelay: true }
const plain = createServer(noLimits, answer)
const tls = createTlsServer(
  { ...noLimits, cert, key, SNICallback: (name, done) => done(null, name === HOST ? forHost : undefined) },
  answer,
)
process.send?.({ ready: { plain: await listen(plain), tls: await listen(tls) } })
