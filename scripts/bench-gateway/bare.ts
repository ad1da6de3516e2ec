/** The least a proxy in Node can be: takes a request, sends it on, sends the answer back. Plain, and with TLS ended inside. */
import { readFileSync } from 'node:fs'
import http, { createServer, type IncomingMessage, type RequestListener } from 'node:http'
import https from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import { createSecureContext, rootCertificates, TLSSocket } from 'node:tls'

const [certFile = '', keyFile = '', caFile = '', vendorPlain = '', vendorTls = ''] = process.argv.slice(2)
const plainAgent = new http.Agent({ keepAlive: true })
const secureContext = createSecureContext({ ca: [...rootCertificates, readFileSync(caFile, 'utf8')] })
const tlsAgent = new https.Agent({ keepAlive: true, secureContext })
const leaf = createSecureContext({ cert: readFileSync(certFile), key: readFileSync(keyFile) })

const forward: RequestListener = (req, res) => {
  const inside = req.socket instanceof TLSSocket
  const back = (answer: IncomingMessage): void => {
    res.writeHead(answer.statusCode ?? 502, answer.rawHeaders)
    answer.pipe(res)
  }
  const options = { host: '127.0.0.1', method: req.method, headers: req.headers }
  const path = inside ? req.url : new URL(req.url ?? '').pathname
  const sent = inside
    ? https.request({ ...options, path, port: vendorTls, agent: tlsAgent, servername: 'localhost' }, back)
    : http.request({ ...options, path, port: vendorPlain, agent: plainAgent }, back)
  sent.on('error', () => res.destroy())
  req.pipe(sent)
}

const server = createServer({ keepAliveTimeout: 0, noDelay: true }, forward)
server.on('connect', (_, socket: Socket) => {
  socket.on('error', () => socket.destroy())
  socket.write('HTTP/1.1 200 OK\r\n\r\n')
  const tls = new TLSSocket(socket, { isServer: true, secureContext: leaf })
  tls.on('error', () => socket.destroy())
  server.emit('connection', tls)
})
server.listen(0, '127.0.0.1', () =>
  process.send?.({ ready: { port: (server.address() as AddressInfo).port } }),
)
