import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterEach, expect, it } from 'vitest'
import { createGateway } from '../../../src/main/gateway/gateway.ts'
import type { Gateway } from '../../../src/main/gateway/types.ts'
import type { UpstreamCall } from '../../../src/main/upstream-call.ts'
import { makeDeps, startWorld, until, type WorldOptions } from './world.ts'

/** Berth's own requests to vendors: by the same way out as a project's, and before the gateway listens. */

const KEY = 'sk-canary-of-a-call'
const closers: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

async function world(handler: RequestListener, options: WorldOptions = {}) {
  const made = await startWorld(handler, options)
  closers.push(made.close)
  return made.gateway.call
}

/** A gateway nobody told to listen, and a server on this machine. */
async function unopened(handler: RequestListener): Promise<{ gateway: Gateway; port: number }> {
  const server: Server = createServer(handler)
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const gateway = createGateway(makeDeps().deps, { hostMap: {}, extraCa: undefined })
  closers.push(async () => {
    await gateway.close()
    server.closeAllConnections()
    server.close()
  })
  return { gateway, port: (server.address() as AddressInfo).port }
}

const models: UpstreamCall = {
  method: 'GET',
  url: `https://api.openai.com/v1/models?key=${KEY}`,
  headers: { authorization: `Bearer ${KEY}` },
  timeoutMs: 5000,
}

/** What a call that fails says. It must name the host, and nothing secret. */
async function failure(call: Promise<unknown>): Promise<{ code: string; message: string }> {
  const error: unknown = await call.then(
    () => expect.unreachable('the call was answered'),
    (reason: unknown) => reason,
  )
  expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain(KEY)
  return error as { code: string; message: string }
}

it('brings the answer, by the host map and over verified TLS', async () => {
  const call = await world((req, res) => {
    res.setHeader('set-cookie', ['a=1', 'b=2']).writeHead(401, { 'X-Why': 'no' })
    res.end(`${req.method} ${req.headers.host} ${req.headers.authorization}`)
  })
  expect(await call(models)).toEqual({
    status: 401,
    headers: expect.objectContaining({ 'x-why': 'no', 'set-cookie': 'a=1, b=2' }),
    text: `GET api.openai.com Bearer ${KEY}`,
  })
})

it('sends a body', async () => {
  const call = await world((req, res) => void req.pipe(res))
  const answer = await call({ ...models, method: 'POST', body: '{"model":"é"}' })
  expect(answer.text).toBe('{"model":"é"}')
})

it('works before the gateway listens, and over plain HTTP to this machine', async () => {
  const { gateway, port } = await unopened((_, res) => res.end('{"data":[]}'))
  expect(gateway.status()).toEqual({ state: 'starting' })
  const answer = await gateway.call({ ...models, url: `http://127.0.0.1:${port}/v1/models` })
  expect(answer).toMatchObject({ status: 200, text: '{"data":[]}' })
})

it('follows no redirect', async () => {
  const asked: (string | undefined)[] = []
  const call = await world((req, res) => {
    asked.push(req.url)
    res.writeHead(302, { location: 'https://elsewhere.test/' }).end()
  })
  expect(await call(models)).toMatchObject({ status: 302 })
  expect(asked).toHaveLength(1)
})

it('reads the first 256 kB and leaves the rest with the vendor', async () => {
  let closed = false
  const call = await world((_, res) => {
    res.once('close', () => {
      closed = true
    })
    const more = (): void => {
      while (!closed && res.write('x'.repeat(65_536))) {}
    }
    res.on('drain', more)
    more()
  })
  expect((await call(models)).text).toBe('x'.repeat(256 * 1024))
  await until(() => closed, 'the vendor sees the end')
})

it('asks for no packing and unpacks what comes packed, no further than it reads', async () => {
  let asked: IncomingMessage['headers'] = {}
  const bomb = gzipSync(Buffer.alloc(50_000_000, 'y'))
  const call = await world((req, res) => {
    asked = req.headers
    res.setHeader('content-encoding', 'gzip').end(bomb)
  })
  expect((await call(models)).text).toBe('y'.repeat(256 * 1024))
  expect(asked['accept-encoding']).toBe('identity')
})

it('says that a server refused, by its name', async () => {
  const call = await world(() => undefined, { hostMap: { 'api.openai.com': '127.0.0.1:9' } })
  expect(await failure(call(models))).toMatchObject({
    code: 'provider_unreachable',
    message: 'api.openai.com refused the connection. Check that its server runs.',
  })
})

it('says that a name does not exist', async () => {
  const call = await world(() => undefined)
  expect(await failure(call({ ...models, url: 'https://nowhere.invalid/' }))).toMatchObject({
    code: 'provider_unreachable',
    message: expect.stringContaining('nowhere.invalid'),
  })
})

it.each([{ trustVendor: false }, { vendorName: 'other.test' }])(
  'sends nothing to a server it cannot trust: %j',
  async (options) => {
    const call = await world(() => expect.unreachable('a request was sent'), options)
    expect(await failure(call(models))).toMatchObject({
      code: 'provider_unreachable',
      message: expect.stringMatching(/certificate of api\.openai\.com/),
    })
  },
)

it.each(['before the first byte', 'in the middle'])('waits no longer than it was told, %s', async (when) => {
  const call = await world((_, res) => {
    if (when === 'in the middle') res.write('{"data":')
  })
  expect(await failure(call({ ...models, timeoutMs: 200 }))).toMatchObject({
    code: 'provider_unreachable',
    message: expect.stringMatching(/api\.openai\.com did not answer in time/),
  })
})

it('says that a half answer is none', async () => {
  const call = await world((_, res) => {
    res.writeHead(200, { 'content-length': '100' }).write('{', () => res.destroy())
  })
  expect(await failure(call(models))).toMatchObject({ code: 'provider_unreachable' })
})

it.each(['not an address', 'ftp://files.test/', 'file:///etc/passwd'])('refuses %s', async (url) => {
  const { gateway } = await unopened(() => undefined)
  expect(await failure(gateway.call({ ...models, url }))).toMatchObject({ code: 'bad_request' })
})

it('refuses a key that would begin a header of its own', async () => {
  const call = await world(() => expect.unreachable('a request was sent'))
  const sly = { authorization: `Bearer ${KEY}\r\nHost: elsewhere.test` }
  expect(await failure(call({ ...models, headers: sly }))).toMatchObject({ code: 'bad_request' })
})
