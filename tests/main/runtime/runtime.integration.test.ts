import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createEngine } from '../../../src/main/engine/engine.ts'
import { silentLog } from '../../../src/main/log/log.ts'
import { OPENCODE_VERSION } from '../../../src/main/opencode/types.ts'
import { createDockerRuntime } from '../../../src/main/runtime/docker-runtime.ts'
import { binaryVolumeName } from '../../../src/main/runtime/docker-spec.ts'
import { createProcessRuntime } from '../../../src/main/runtime/process-runtime.ts'
import type { Runtime, RuntimeSpec } from '../../../src/main/runtime/types.ts'
import { ensureBaseImage, ensureEngine } from '../../support/docker.mjs'
import { openCodeBinary } from '../../support/opencode-process.ts'
import { makeTempProject, type TempProject } from '../../support/temp-project.ts'
import { runtimeSpec } from './spec-for-tests.ts'

const PASSWORD = 'a-server-password'
const run = { signal: new AbortController().signal, progress: () => {} }
const engine = createEngine({ address: undefined, log: silentLog() })
const dataDir = mkdtempSync(join(tmpdir(), 'berth-runtimes-'))
const docker = createDockerRuntime({ engine, log: silentLog(), keepOut: [], listenAt: async () => {} })
const plain = createProcessRuntime({ dataDir, log: silentLog() })

let stopEngine = async () => {}
let image: string
let binary: string
let project: TempProject
let projectId: string

beforeAll(async () => {
  stopEngine = await ensureEngine()
  image = await ensureBaseImage()
  binary = await openCodeBinary()
})
beforeEach(async () => {
  project = await makeTempProject()
  projectId = `t${randomBytes(6).toString('hex')}`
})
afterEach(async () => {
  for (const runtime of [docker, plain]) await runtime.remove(projectId)
  await engine.removeVolume(binaryVolumeName(`0.0.0-${projectId}`, await engine.platform(image)))
  await project.remove()
})
afterAll(async () => {
  engine.close()
  rmSync(dataDir, { recursive: true, force: true })
  await stopEngine()
})

async function specFor(runtime: Runtime, more: Partial<RuntimeSpec> = {}): Promise<RuntimeSpec> {
  const platform = await runtime.prepare({ image }, run)
  return runtimeSpec({
    projectId,
    folder: project.path,
    image,
    binary: { file: binary, version: OPENCODE_VERSION, platform },
    serverPassword: PASSWORD,
    ...more,
  })
}

function ask(endpoint: string, path: string, init: RequestInit = {}): Promise<Response> {
  const login = Buffer.from(`opencode:${PASSWORD}`).toString('base64')
  const headers = { authorization: `Basic ${login}`, 'content-type': 'application/json' }
  // A request that comes while OpenCode boots may never be answered, so each one has a deadline of its own.
  return fetch(endpoint + path, { ...init, headers, signal: AbortSignal.timeout(5_000) })
}

async function healthy(endpoint: string): Promise<unknown> {
  let answer: unknown
  await expect
    .poll(
      async () => {
        answer = await ask(endpoint, '/global/health').then((response) => response.json())
        return answer
      },
      { timeout: 60_000, interval: 200 },
    )
    .toMatchObject({ healthy: true })
  return answer
}

describe.each([
  ['docker', docker],
  ['process', plain],
])('the %s runtime', (_kind, runtime) => {
  it('boots the real OpenCode to healthy, and keeps its history over a stop', async () => {
    const spec = await specFor(runtime)
    const { endpoint } = await runtime.start(spec, run)
    expect(await healthy(endpoint)).toEqual({ healthy: true, version: OPENCODE_VERSION })
    expect((await fetch(`${endpoint}/global/health`)).status).toBe(401)
    const created = await ask(endpoint, '/session', { method: 'POST', body: '{}' })
    const session = (await created.json()) as { id: string; directory: string }
    expect(session.directory).toBe(runtime.isolated ? '/workspace' : project.path)
    expect((await runtime.logs(projectId, 200)).map((line) => line.text).join()).toContain('listening on')

    await runtime.stop(projectId)
    expect(await runtime.inspect(projectId)).toEqual({ state: 'stopped' })
    // Another environment makes another spec: the server is a new one, and the home is the old one.
    const again = await runtime.start({ ...spec, env: { CHANGED: 'yes' } }, run)
    await healthy(again.endpoint)
    const sessions = (await (await ask(again.endpoint, '/session')).json()) as { id: string }[]
    expect(sessions.map((one) => one.id)).toContain(session.id)

    await runtime.remove(projectId)
    expect(await runtime.inspect(projectId)).toEqual({ state: 'absent' })
    expect(statSync(project.path).isDirectory()).toBe(true)
  })

  it('tells the exit code and output of an OpenCode that ends at boot', async () => {
    const file = join(project.path, 'broken')
    writeFileSync(file, '#!/bin/sh\necho "no such luck" >&2\nexit 7\n', { mode: 0o755 })
    const spec = await specFor(runtime)
    const broken = { ...spec, binary: { ...spec.binary, file, version: `0.0.0-${projectId}` } }
    // A container may still be up at the first look; then the next one tells.
    const error = await runtime.start(broken, run).then(
      () => undefined,
      (failure: unknown) => failure,
    )
    if (error !== undefined) {
      expect(error).toMatchObject({ code: 'opencode_exited', data: { exitCode: 7, output: 'no such luck' } })
    }
    await expect
      .poll(() => runtime.inspect(projectId))
      .toEqual({ state: 'exited', exitCode: 7, output: 'no such luck' })
  })
})

describe('the docker runtime', () => {
  it('finds the running server again with the same spec, and replaces it with another', async () => {
    const spec = await specFor(docker)
    const first = await docker.start(spec, run)
    expect(await docker.start(spec, run)).toEqual(first)
    const id = async () => {
      const state = await engine.inspect(`berth-${projectId}`)
      return state.state === 'running' ? state.id : state.state
    }
    const before = await id()
    await docker.start({ ...spec, gateway: { ...spec.gateway, port: 7778 } }, run)
    expect(await id()).not.toBe(before)
  })

  it('refuses a folder of root with the way out', async () => {
    await expect(docker.start(await specFor(docker, { folder: '/' }), run)).rejects.toMatchObject({
      code: 'folder_not_writable',
      message: expect.stringContaining('chown'),
    })
    expect(await docker.inspect(projectId)).toEqual({ state: 'absent' })
  })

  it('says which images there are when the wanted one is not to be had', async () => {
    await expect(docker.prepare({ image: '127.0.0.1:1/none:1' }, run)).rejects.toMatchObject({
      code: 'image_not_found',
      data: { localImages: expect.arrayContaining([image]) },
    })
  })
})
