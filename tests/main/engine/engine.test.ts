import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type Docker from 'dockerode'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createEngine } from '../../../src/main/engine/engine.ts'
import { probe, summarize } from '../../../src/main/engine/probe.ts'
import type { Engine } from '../../../src/main/engine/types.ts'
import { silentLog } from '../../../src/main/log/log.ts'
import type { EngineStatus, Progress } from '../../../src/preload/shapes.ts'
import { type FakeEngine, json, jsonLines, startFakeEngine } from '../../support/docker-fake.ts'

let fake: FakeEngine
let engine: Engine
const seen: Progress[] = []
const never = () => ({ signal: new AbortController().signal, progress: (p: Progress) => void seen.push(p) })

beforeEach(async () => {
  seen.length = 0
  fake = await startFakeEngine()
  engine = createEngine({ address: fake.address, log: silentLog(), env: {} })
})
afterEach(async () => {
  engine.close()
  await fake.close()
})

describe('status', () => {
  it('is ready with a name, a version and an address', async () => {
    expect(engine.status()).toEqual({ state: 'checking' })
    expect(await engine.check()).toEqual({
      state: 'ready',
      name: 'Docker 27.3',
      version: '27.3.1',
      address: fake.address,
      // Nothing is known of it but its version.
      confines: false,
    })
  })

  it('is starting while the engine answers with errors', async () => {
    fake.on('GET /version', json(503, { message: 'not yet' }))
    expect(await engine.check()).toMatchObject({ state: 'starting', address: fake.address })
    await expect(engine.images()).rejects.toMatchObject({ code: 'engine_unavailable' })
  })

  it('is unavailable, naming where it looked, when nothing is there', async () => {
    const gone = createEngine({ address: '/nowhere/docker.sock', log: silentLog(), env: {} })
    const status = await gone.check()
    expect(status).toMatchObject({ state: 'unavailable', code: 'engine_unavailable' })
    expect(status.state === 'unavailable' && status.reason).toMatch(
      /Docker is not running.*\/nowhere\/docker.sock/,
    )
    await expect(gone.inspect('x')).rejects.toMatchObject({ code: 'engine_unavailable' })
  })

  it('says so when an address is of a kind Berth does not speak', async () => {
    const remote = createEngine({ address: 'ssh://me@host', log: silentLog(), env: {} })
    const status = await remote.check()
    expect(status.state === 'unavailable' && status.reason).toContain('ssh://')
  })

  it('does not let a DOCKER_HOST that makes no sense throw', async () => {
    const before = process.env.DOCKER_HOST
    process.env.DOCKER_HOST = 'not an address at all'
    try {
      const odd = createEngine({ address: undefined, log: silentLog() })
      expect(await odd.check()).toMatchObject({ state: 'unavailable', code: 'engine_unavailable' })
    } finally {
      if (before === undefined) delete process.env.DOCKER_HOST
      else process.env.DOCKER_HOST = before
    }
  })

  it('tells listeners when the engine vanishes and comes back', async () => {
    const told: EngineStatus['state'][] = []
    const off = engine.onStatus((status) => told.push(status.state))
    await engine.check()
    await engine.check()
    fake.on('GET /version', json(500, {}))
    await engine.check()
    off()
    fake.on('GET /version', json(200, { Version: '28.0.0' }))
    await engine.check()
    expect(told).toEqual(['ready', 'starting'])
  })

  it('is not upset by a listener that throws', async () => {
    engine.onStatus(() => {
      throw new Error('listener')
    })
    expect(await engine.check()).toMatchObject({ state: 'ready' })
  })

  it('looks again by itself while somebody listens', async () => {
    fake.on('GET /version', json(503, {}))
    await engine.check()
    const ready = new Promise<EngineStatus>((done) => engine.onStatus(done))
    fake.on('GET /version', json(200, { Version: '28.0.0' }))
    expect(await ready).toMatchObject({ state: 'ready', version: '28.0.0' })
  })
})

describe('probe', () => {
  const place = { kind: 'socket', path: '/d.sock', address: 'unix:///d.sock' } as const
  const failing = (code: string) => () =>
    ({ version: () => Promise.reject(Object.assign(new Error(code), { code })) }) as unknown as Docker

  it('tells a socket one may not use from one that is not there', async () => {
    const denied = await probe(place, failing('EACCES'), 1000)
    expect(denied).toEqual({ kind: 'denied', address: 'unix:///d.sock' })
    expect(summarize([denied], true)).toMatchObject({ state: 'unavailable', code: 'engine_denied' })
    expect(await probe(place, failing('ENOENT'), 1000)).toMatchObject({ kind: 'absent' })
  })

  it('takes a socket that refuses for starting, and not for ever', async () => {
    const refused = await probe(place, failing('ECONNREFUSED'), 1000)
    expect(summarize([refused], true)).toMatchObject({ state: 'starting' })
    expect(summarize([refused], false)).toMatchObject({ state: 'unavailable', code: 'engine_unavailable' })
  })

  it.each([
    ['it does not say in time how it is', () => new Promise<never>(() => {})],
    ['it cannot say', () => Promise.reject(new Error('no'))],
  ])('is ready, and promises nothing, when %s', async (_name, info) => {
    const busy = { version: async () => ({ Version: '27.3.1' }), info } as unknown as Docker
    expect(await probe(place, () => busy, 100)).toMatchObject({
      kind: 'ready',
      status: { state: 'ready', confines: false },
    })
  })

  it('gives up on a socket that never answers', async () => {
    const path = join(tmpdir(), `berth-mute-${process.pid}.sock`)
    const mute = createServer(() => {}).listen(path)
    await once(mute, 'listening')
    const quiet = createEngine({ address: path, log: silentLog(), env: {} })
    const finding = await quiet.check()
    expect(finding).toMatchObject({ state: 'starting' })
    mute.close()
    rmSync(path, { force: true })
  })
})

describe('ensureImage', () => {
  const MISSING = json(404, { message: 'No such image: some:1' })

  beforeEach(() => {
    fake.on('GET /images/some:1/json', MISSING)
    fake.on(
      'GET /images/json',
      json(200, [{ RepoTags: ['here:1'], Size: 1, Created: 2 }, { RepoTags: null }]),
    )
  })

  it('does not pull what is there', async () => {
    fake.on('GET /images/some:1/json', json(200, { Id: 'x' }))
    await engine.ensureImage('some:1', never())
    expect(fake.requests).not.toContain('POST /images/create')
  })

  it('pulls with progress in bytes', async () => {
    fake.on('POST /images/create', (request, response) => {
      fake.on('GET /images/some:1/json', json(200, { Id: 'x' }))
      jsonLines([{ id: 'a', status: 'Downloading', progressDetail: { current: 3, total: 9 } }])(
        request,
        response,
      )
    })
    await engine.ensureImage('some:1', never())
    expect(seen.at(-1)).toMatchObject({ unit: 'bytes', done: 3, total: 9 })
  })

  it.each([
    ['manifest unknown', 'was not found'],
    ['Get "https://registry/v2/": dial tcp: lookup registry: no such host', "can't be reached"],
  ])('rejects on an error inside the stream: %s', async (error, words) => {
    fake.on('POST /images/create', jsonLines([{ status: 'Pulling' }, { error }]))
    const failure = engine.ensureImage('some:1', never())
    await expect(failure).rejects.toMatchObject({
      code: 'image_not_found',
      data: { localImages: ['here:1'] },
      message: expect.stringMatching(new RegExp(`some:1.*${words}.*Choose one.*here:1`)),
    })
  })

  it('keeps a full disk apart from a missing image', async () => {
    fake.on('POST /images/create', jsonLines([{ error: 'write /x: no space left on device' }]))
    await expect(engine.ensureImage('some:1', never())).rejects.toMatchObject({ code: 'engine_error' })
  })

  it('does not take a pull that ends early for done', async () => {
    fake.on('POST /images/create', jsonLines([{ status: 'Pulling' }]))
    await expect(engine.ensureImage('some:1', never())).rejects.toMatchObject({ code: 'image_not_found' })
  })

  it('can be aborted while bytes come', async () => {
    const control = new AbortController()
    fake.on('POST /images/create', (_request, response) => {
      response.writeHead(200)
      response.write('{"id":"a","status":"Downloading","progressDetail":{"current":1,"total":9}}\n')
    })
    const progress = (p: Progress) => p.done === 1 && control.abort()
    const pulling = engine.ensureImage('some:1', {
      signal: control.signal,
      progress: (p) => void progress(p),
    })
    await expect(pulling).rejects.toMatchObject({ name: 'AbortError' })
  })

  it('puts no odd name into a request', async () => {
    await expect(engine.ensureImage('../containers/json?all=1', never())).rejects.toMatchObject({
      code: 'image_not_found',
    })
    expect(fake.requests.some((route) => route.includes('containers'))).toBe(false)
  })
})
