import { chownSync, mkdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Confinement, ContainerSpec, ContainerState, Engine } from '../../../src/main/engine/types.ts'
import { silentLog } from '../../../src/main/log/log.ts'
import { createDockerRuntime } from '../../../src/main/runtime/docker-runtime.ts'
import {
  binaryVolumeName,
  containerSpec,
  volumeSpecs,
  WORKSPACE,
} from '../../../src/main/runtime/docker-spec.ts'
import type { Runtime } from '../../../src/main/runtime/types.ts'
import { makeTempProject, type TempProject } from '../../support/temp-project.ts'
import { runtimeSpec } from './spec-for-tests.ts'

const run = { signal: new AbortController().signal, progress: () => {} }

describe('containerSpec', () => {
  const spec = containerSpec(runtimeSpec({ env: { EXTRA: '1', HOME: '/evil' } }), 'some:1', '1000:1000')

  it('sends all traffic but its own through the gateway, with its login', () => {
    const proxy = 'http://demo:p%40ss%2Fword@berth.internal:7777'
    for (const name of ['HTTPS_PROXY', 'HTTP_PROXY', 'https_proxy', 'http_proxy']) {
      expect(spec.env[name]).toBe(proxy)
    }
    expect(spec.env.NO_PROXY).toBe('localhost,127.0.0.1,::1')
    expect(spec.extraHosts).toEqual(['berth.internal:host-gateway'])
  })

  it('names the config and the certificate by files the server cannot write', () => {
    const files = Object.fromEntries(spec.files.map((file) => [file.path, file]))
    expect(files[spec.env.OPENCODE_CONFIG ?? '']).toMatchObject({ content: '{}', mode: 0o644 })
    expect(files[spec.env.NODE_EXTRA_CA_CERTS ?? '']).toMatchObject({ content: 'not a certificate' })
  })

  it("lets the project's environment add and not override", () => {
    expect(spec.env).toMatchObject({
      EXTRA: '1',
      HOME: '/home/berth',
      OPENCODE_SERVER_PASSWORD: 'server-password',
      OPENCODE_DISABLE_AUTOUPDATE: '1',
      OPENCODE_DISABLE_MODELS_FETCH: '1',
    })
  })

  it('works in a place that stays the same, and keeps its home apart from the container', () => {
    expect(spec.workingDir).toBe(WORKSPACE)
    expect(spec.binds).toEqual([{ hostPath: '/somewhere', path: WORKSPACE, readOnly: false }])
    expect(spec.volumes).toContainEqual({ name: 'berth-home-demo', path: '/home/berth', readOnly: false })
    expect(spec.volumes).toContainEqual({
      name: 'berth-opencode-1.2.3-x64-glibc',
      path: '/opt/opencode',
      readOnly: true,
    })
  })

  it('puts no secret into the command, which everybody on the machine can read', () => {
    expect(spec.command.join(' ')).not.toMatch(/password|p@ss/)
  })
})

describe('volumes', () => {
  it('are one per build of OpenCode', () => {
    const platform = { os: 'linux', arch: 'x64', libc: 'musl', avx2: false } as const
    expect(binaryVolumeName('1.0.0', platform)).toBe('berth-opencode-1.0.0-x64-musl-baseline')
    expect(binaryVolumeName('1.0.0', { ...platform, arch: 'arm64' })).toBe('berth-opencode-1.0.0-arm64-musl')
  })

  it('leave the content of a home alone', () => {
    expect(volumeSpecs(runtimeSpec({}), 'some:1')[1]).toMatchObject({ name: 'berth-home-demo', files: [] })
  })
})

describe('createDockerRuntime', () => {
  let project: TempProject
  let calls: string[]
  let state: ContainerState
  let address: string
  let confinement: Confinement | undefined
  let runtime: Runtime
  let started: ContainerSpec | undefined

  /** An engine with one container in a given state; it remembers what it is asked. */
  function engineStandIn(): Engine {
    const note = (name: string) => (first: unknown) => {
      calls.push(`${name} ${typeof first === 'string' ? first : (first as { name: string }).name}`)
      return Promise.resolve()
    }
    const line = { at: 1, stream: 'stderr', text: 'the last word' }
    const standIn: Partial<Engine> = {
      status: () => ({ state: 'ready', name: 'Docker 27.3', version: '27.3.1', address, confines: true }),
      ensureImage: note('ensureImage'),
      ensureVolume: note('ensureVolume'),
      removeVolume: note('removeVolume'),
      remove: note('remove'),
      stop: note('stop'),
      inspect: () => Promise.resolve(state),
      logs: () => Promise.resolve([line as never]),
      confinement: async () => confinement,
      start: async (spec) => {
        await note('start')(spec)
        started = spec
        if (state.state === 'running' || state.state === 'exited') return state
        throw new Error('not started')
      },
    }
    return standIn as Engine
  }

  beforeEach(async () => {
    project = await makeTempProject()
    calls = []
    address = 'unix:///var/run/docker.sock'
    runtime = createDockerRuntime({
      engine: engineStandIn(),
      log: silentLog(),
      keepOut: [join(project.path, '..', 'data')],
      listenAt: async (at) => void calls.push(`listen ${at}`),
    })
    confinement = undefined
    started = undefined
  })
  afterEach(() => project.remove())

  const exited = (exitCode: number, outOfMemory = false): ContainerState => ({
    state: 'exited',
    id: 'x',
    exitCode,
    outOfMemory,
    labels: {},
  })

  it('mounts neither what is Berth’s own nor the engine’s socket', async () => {
    const data = join(project.path, '..', 'data')
    mkdirSync(data)
    chownSync(data, statSync(project.path).uid, statSync(project.path).gid)
    state = { state: 'running', id: 'x', host: '127.0.0.1', hostPort: 5000, labels: {} }
    await expect(runtime.checkFolder(data)).rejects.toMatchObject({ code: 'folder_not_writable' })
    await expect(runtime.start(runtimeSpec({ folder: data, image: 'some:1' }), run)).rejects.toThrow(data)
    expect(calls).toEqual([])
    address = `unix://${project.path}/sub/docker.sock`
    await expect(runtime.checkFolder(project.path)).rejects.toThrow('docker.sock')
  })

  it('fills both volumes before it starts, and answers with the address', async () => {
    state = { state: 'running', id: 'x', host: '127.0.0.1', hostPort: 5000, labels: {} }
    const spec = runtimeSpec({ folder: project.path, image: 'some:1' })
    expect(await runtime.start(spec, run)).toEqual({ endpoint: 'http://127.0.0.1:5000' })
    expect(calls).toEqual([
      'ensureVolume berth-opencode-1.2.3-x64-glibc',
      'ensureVolume berth-home-demo',
      'start berth-demo',
    ])
  })

  const confined = () => runtimeSpec({ folder: project.path, image: 'some:1', confined: true })

  it('puts a confined project on the network of its own, where the gateway listens first', async () => {
    confinement = { network: 'berth-confined', id: 'n1', address: '172.30.0.1' }
    state = { state: 'running', id: 'x', host: '172.30.0.2', hostPort: 4096, labels: {} }
    expect(await runtime.start(confined(), run)).toEqual({ endpoint: 'http://172.30.0.2:4096' })
    expect(calls.slice(-2)).toEqual(['listen 172.30.0.1', 'start berth-demo'])
    expect(started).toMatchObject({ confinement, extraHosts: ['berth.internal:172.30.0.1'] })
    expect(started?.env.HTTPS_PROXY).toContain('@berth.internal:7777')
    expect(await runtime.inspect('demo')).toMatchObject({ endpoint: 'http://172.30.0.2:4096' })
  })

  it('starts a confined project all the same where the engine cannot confine', async () => {
    state = { state: 'running', id: 'x', host: '127.0.0.1', hostPort: 5000, labels: {} }
    await runtime.start(confined(), run)
    expect(started).toEqual(containerSpec(confined(), 'some:1', started?.user ?? ''))
    expect(started).not.toHaveProperty('confinement')
    expect(calls.join()).not.toContain('listen')
  })

  it('leaves a project that may go anywhere on the network every container is on', async () => {
    confinement = { network: 'berth-confined', id: 'n1', address: '172.30.0.1' }
    state = { state: 'running', id: 'x', host: '127.0.0.1', hostPort: 5000, labels: {} }
    await runtime.start(runtimeSpec({ folder: project.path, image: 'some:1' }), run)
    expect(started).not.toHaveProperty('confinement')
    expect(started?.extraHosts).toEqual(['berth.internal:host-gateway'])
  })

  it('tells the exit code and the last words of a server that ends at boot', async () => {
    state = exited(7)
    await expect(
      runtime.start(runtimeSpec({ folder: project.path, image: 'some:1' }), run),
    ).rejects.toMatchObject({
      code: 'opencode_exited',
      message: expect.stringMatching(/exit code 7.*the last word/),
      data: { exitCode: 7, output: 'the last word' },
    })
  })

  it.each([
    [exited(143), { state: 'stopped' }],
    [exited(137), { state: 'stopped' }],
    [exited(0), { state: 'exited', exitCode: 0, output: 'the last word' }],
    [exited(1), { state: 'exited', exitCode: 1, output: 'the last word' }],
    [exited(137, true), { state: 'exited', exitCode: 137, output: expect.stringContaining('out of memory') }],
    [{ state: 'created' } as const, { state: 'stopped' }],
    [{ state: 'absent' } as const, { state: 'absent' }],
  ])('tells %j as %j', async (given, expected) => {
    state = given
    expect(await runtime.inspect('demo')).toEqual(expected)
  })

  it('removes the container before the volume it uses', async () => {
    await runtime.remove('demo')
    expect(calls).toEqual(['remove berth-demo', 'removeVolume berth-home-demo'])
  })

  it('asks for an image when the project has none', async () => {
    await expect(runtime.prepare({ image: undefined }, run)).rejects.toMatchObject({
      code: 'image_not_found',
    })
  })
})
