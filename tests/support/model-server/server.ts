import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { createSecureContext } from 'node:tls'
import { answer, sendJson } from './answer.ts'
import { createTestAuthority, type TestAuthority } from './certificates.ts'
import { faultBody, wrongKeyMessage } from './faults.ts'
import { createRecorder } from './recorder.ts'
import { say } from './replies.ts'
import { credentialOf, formatOf, isTitleRequest, lastUserText } from './request.ts'
import type {
  Format,
  ModelServer,
  ModelServerOptions,
  Page,
  RecordedRequest,
  Reply,
  Scripted,
} from './types.ts'

async function read(message: IncomingMessage, listener: 'https' | 'http'): Promise<RecordedRequest> {
  const body = await text(message)
  const method = message.method ?? 'GET'
  const path = message.url ?? '/'
  const format = formatOf(method, path)
  return {
    listener,
    host: (message.headers.host ?? '').replace(/:\d+$/, ''),
    method,
    path,
    headers: message.headers,
    body,
    format,
    isTitle: format !== undefined && isTitleRequest(body),
    aborted: false,
    finished: false,
  }
}

function keyCheck(options: ModelServerOptions): (request: RecordedRequest) => boolean {
  const accept = options.acceptKeys
  if (accept === undefined) return () => true
  if (typeof accept === 'function') return (request) => accept(credentialOf(request), request.host)
  return (request) => [...accept].includes(credentialOf(request) ?? '')
}

const MODELS = {
  object: 'list',
  data: [{ id: 'scripted-model', object: 'model', created: 0, owned_by: 'test' }],
}

interface Script {
  readonly queue: Scripted[]
  next(request: RecordedRequest): Reply
}

function createScript(options: ModelServerOptions): Script {
  const queue: Scripted[] = []
  return {
    queue,
    next(request) {
      if (request.isTitle) return say(options.title ?? 'A scripted title')
      const scripted = queue.shift()
      if (typeof scripted === 'function') return scripted(request)
      return scripted ?? options.respond?.(request) ?? say(`You said: ${lastUserText(request)}`)
    },
  }
}

function isModelRequest(request: RecordedRequest): request is RecordedRequest & { readonly format: Format } {
  return request.format !== undefined && request.format !== 'models'
}

const NOT_FOUND: Page = { status: 404, body: faultBody(undefined, 404, 'not found') }

function sendPage(response: ServerResponse, page: Page | undefined): void {
  const { status = 200, headers = {}, body } = page ?? NOT_FOUND
  if (typeof body === 'string')
    response.writeHead(status, { 'content-type': 'text/html', ...headers }).end(body)
  else sendJson(response, status, body, headers)
}

function createHandler(
  options: ModelServerOptions,
  script: Script,
  recorder: ReturnType<typeof createRecorder>,
) {
  const accepted = keyCheck(options)
  let serial = 0
  return async (message: IncomingMessage, response: ServerResponse, listener: 'https' | 'http') => {
    const request = recorder.add(await read(message, listener))
    response.once('close', () => recorder.ended(request, response.writableFinished ? 'finished' : 'aborted'))
    if (request.format === undefined) sendPage(response, options.page?.(request))
    else if (!accepted(request))
      sendJson(response, 401, faultBody(request.format, 401, wrongKeyMessage(request.format)))
    else if (isModelRequest(request)) await answer(request, script.next(request), response, ++serial)
    else sendJson(response, 200, MODELS)
  }
}

function listen(server: Server): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  server.once('error', reject)
  server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port))
  return promise
}

function shut(server: Server): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  server.close(() => resolve())
  server.closeAllConnections()
  return promise
}

function tlsServer(
  authority: TestAuthority,
  handler: (request: IncomingMessage, response: ServerResponse) => void,
) {
  return createTlsServer(
    {
      ALPNProtocols: ['http/1.1'],
      SNICallback: (host, done) => {
        authority.leafFor(host).then(
          (leaf) => done(null, createSecureContext(leaf)),
          (error: Error) => done(error),
        )
      },
    },
    handler,
  )
}

/** Starts a scripted model vendor on loopback; nothing is shared between two of them. */
export async function startModelServer(options: ModelServerOptions = {}): Promise<ModelServer> {
  const authority = await createTestAuthority()
  const folder = await mkdtemp(join(tmpdir(), 'berth-model-server-'))
  const caFile = join(folder, 'ca.pem')
  await writeFile(caFile, authority.caPem)

  const recorder = createRecorder()
  const script = createScript(options)
  const handler = createHandler(options, script, recorder)
  const on = (listener: 'https' | 'http') => (request: IncomingMessage, response: ServerResponse) => {
    handler(request, response, listener).catch((error: Error) => response.destroy(error))
  }
  const plain = createServer(on('http'))
  const secure = tlsServer(authority, on('https'))
  // Clients without SNI (an address instead of a name) get a certificate too.
  secure.setSecureContext(await authority.leafFor('127.0.0.1'))
  const [httpPort, httpsPort] = await Promise.all([listen(plain), listen(secure)])

  return {
    httpsPort,
    httpPort,
    caPem: authority.caPem,
    caFile,
    requests: recorder.requests,
    prompts: () => recorder.requests.filter((request) => isModelRequest(request) && !request.isTitle),
    script: (...replies) => void script.queue.push(...replies),
    pending: () => script.queue.length,
    reset() {
      recorder.clear()
      script.queue.length = 0
    },
    waitForRequest: (predicate, timeoutMs = 10_000) => recorder.waitFor(predicate, timeoutMs),
    async close() {
      await Promise.all([shut(plain), shut(secure)])
      await rm(folder, { recursive: true, force: true })
    },
  }
}
