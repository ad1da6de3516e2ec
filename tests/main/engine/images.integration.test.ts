import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createEngine } from '../../../src/main/engine/engine.ts'
import { silentLog } from '../../../src/main/log/log.ts'
import type { Progress } from '../../../src/preload/shapes.ts'
import { engineRequest, ensureBaseImage, ensureEngine } from '../../support/docker.mjs'
import { startRegistry, type TestRegistry } from '../../support/docker-registry.ts'

const engine = createEngine({ address: undefined, log: silentLog() })
const run = { signal: new AbortController().signal, progress: () => {} }

let stopEngine = async () => {}
let image: string

beforeAll(async () => {
  stopEngine = await ensureEngine()
  image = await ensureBaseImage()
})
afterAll(async () => {
  engine.close()
  await stopEngine()
})

describe('images', () => {
  let registry: TestRegistry
  beforeAll(async () => {
    const loader = '/lib/ld-musl-x86_64.so.1'
    registry = await startRegistry([
      { tag: 'big', architecture: 'amd64', size: 6_000_000 },
      { tag: 'alpine', architecture: 'amd64', size: 10, files: [loader, '/etc/alpine-release'] },
      {
        tag: 'alpine-full',
        architecture: 'amd64',
        size: 11,
        files: [loader, '/etc/alpine-release', '/usr/lib/libstdc++.so.6', '/usr/lib/libgcc_s.so.1'],
      },
      { tag: 'riscv', architecture: 'riscv64', size: 12 },
    ])
  })
  afterAll(async () => {
    for (const tag of ['big', 'alpine', 'alpine-full', 'riscv']) {
      await engineRequest('DELETE', `/images/${registry.repository}:${tag}`)
    }
    await registry.close()
  })

  it('are listed by name', async () => {
    expect((await engine.images()).map((one) => one.name)).toContain(image)
  })

  it('are pulled with progress in bytes, once', async () => {
    const name = `${registry.repository}:big`
    const seen: Progress[] = []
    await engine.ensureImage(name, { signal: run.signal, progress: (p) => seen.push(p) })
    expect((await engine.images()).map((one) => one.name)).toContain(name)
    expect(seen.at(-1)?.done).toBeGreaterThan(6_000_000)
    expect(seen.at(-1)?.total).toBe(seen.at(-1)?.done)
    const before = seen.length
    await engine.ensureImage(name, { signal: run.signal, progress: (p) => seen.push(p) })
    expect(seen).toHaveLength(before)
  })

  it.each(['no-such-tag', 'Not A Name'])(
    'that are not to be had are named, with those that are: %s',
    async (tag) => {
      const name = `${registry.repository}:${tag}`
      await expect(engine.ensureImage(name, run)).rejects.toMatchObject({
        code: 'image_not_found',
        message: expect.stringContaining(name),
        data: { localImages: expect.arrayContaining([image]) },
      })
    },
  )

  it("whose registry can't be reached are said to be so", async () => {
    await expect(engine.ensureImage('127.0.0.1:1/nothing:1', run)).rejects.toMatchObject({
      code: 'image_not_found',
      message: expect.stringMatching(/can't be reached.*Choose one of/),
    })
  })

  it('tell what OpenCode can be run on', async () => {
    expect(await engine.platform(image)).toMatchObject({ os: 'linux', libc: 'glibc' })
    await engine.ensureImage(`${registry.repository}:alpine-full`, run)
    expect(await engine.platform(`${registry.repository}:alpine-full`)).toMatchObject({ libc: 'musl' })
  })

  it.each([
    ['big', 'no C library'],
    ['alpine', 'apk add libstdc\\+\\+ libgcc'],
    ['riscv', 'riscv64'],
  ])('that OpenCode cannot be run on are refused: %s', async (tag, words) => {
    const name = `${registry.repository}:${tag}`
    await engine.ensureImage(name, run)
    await expect(engine.platform(name)).rejects.toMatchObject({
      code: 'image_unsuitable',
      message: expect.stringMatching(new RegExp(words)),
    })
  })

  it('that are absent cannot be looked into, and nothing is left of the looking', async () => {
    await expect(engine.platform('berth-test-none:1')).rejects.toMatchObject({ code: 'image_not_found' })
    const filters = encodeURIComponent(JSON.stringify({ label: ['dev.berth.helper=platform'] }))
    const left = await engineRequest('GET', `/containers/json?all=1&filters=${filters}`)
    expect(JSON.parse(left.text)).toEqual([])
  })
})
