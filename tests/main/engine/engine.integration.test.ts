import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createEngine } from '../../../src/main/engine/engine.ts'
import type { Confinement, ContainerSpec } from '../../../src/main/engine/types.ts'
import { silentLog } from '../../../src/main/log/log.ts'
import type { LogLine, Progress } from '../../../src/preload/shapes.ts'
import { engineRequest, ensureBaseImage, ensureEngine } from '../../support/docker.mjs'
import { makeTempProject, type TempProject } from '../../support/temp-project.ts'

const id = randomBytes(5).toString('hex')
const NAME = `berth-test-${id}`
const VOLUME = `berth-test-${id}-files`
const HOME = `berth-test-${id}-home`
const engine = createEngine({ address: undefined, log: silentLog() })
const run = { signal: new AbortController().signal, progress: () => {} }

let stopEngine = async () => {}
let image: string
let project: TempProject
let scratch: string

beforeAll(async () => {
  stopEngine = await ensureEngine()
  image = await ensureBaseImage()
  project = await makeTempProject()
  scratch = mkdtempSync(join(tmpdir(), 'berth-engine-'))
})
afterEach(async () => {
  await engine.remove(NAME)
  await engine.removeVolume(VOLUME)
  await engine.removeVolume(HOME)
})
afterAll(async () => {
  engine.close()
  await project.remove()
  rmSync(scratch, { recursive: true, force: true })
  await stopEngine()
})

const user = () => {
  const { uid, gid } = statSync(project.path)
  return `${uid}:${gid}`
}

/** A container that runs `script` and then waits. */
function specOf(script: string, more: Partial<ContainerSpec> = {}): ContainerSpec {
  return {
    name: NAME,
    image,
    command: ['/bin/sh', '-c', `${script}; echo DONE; exec sleep 600`],
    env: {},
    user: user(),
    workingDir: '/workspace',
    binds: [{ hostPath: project.path, path: '/workspace', readOnly: false }],
    volumes: [],
    files: [],
    ownedFolders: [],
    port: 4096,
    labels: { 'dev.berth.test': id },
    extraHosts: ['berth.internal:host-gateway'],
    ...more,
  }
}

/** Starts it and answers with all it says up to DONE. */
async function said(spec: ContainerSpec): Promise<string> {
  await engine.start(spec, run)
  for (;;) {
    const lines = (await engine.logs(spec.name, { tail: 500 })).map((line) => line.text)
    if (lines.includes('DONE')) return lines.join('\n')
    if ((await engine.inspect(spec.name)).state !== 'running') throw new Error(lines.join('\n'))
  }
}

function reaches(host: string, port: number): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect({ host, port })
    socket.once('connect', () => {
      socket.destroy()
      done(true)
    })
    socket.once('error', () => done(false))
  })
}

async function runningId(): Promise<string> {
  const state = await engine.inspect(NAME)
  if (state.state !== 'running') throw new Error(`it is ${state.state}`)
  return state.id
}

describe('volumes', () => {
  const spec = (content: string) => ({
    name: VOLUME,
    image,
    files: [
      { path: '/tool', content: { file: join(scratch, 'tool') }, mode: 0o755 },
      { path: '/sub/note', content, mode: 0o644 },
    ],
    labels: { 'dev.berth.test': id },
  })
  const mounted = { volumes: [{ name: VOLUME, path: '/opt/tools', readOnly: true }] }

  it('are filled once, read-only to the container, and anew when half-filled or of other content', async () => {
    writeFileSync(join(scratch, 'tool'), '#!/bin/sh\necho ran\n')
    // What a crash leaves: a volume with our label and something in it, and no marker.
    await engine.ensureVolume({ ...spec('x'), files: [] }, run)
    const half = { name: VOLUME, path: '/opt/tools', readOnly: false }
    await said(
      specOf('true', { volumes: [half], files: [{ path: '/opt/tools/tool', content: 'half', mode: 0o755 }] }),
    )
    await engine.remove(NAME)

    const bytes: number[] = []
    await engine.ensureVolume(spec('one'), { signal: run.signal, progress: (p) => bytes.push(p.done) })
    expect(bytes.at(-1)).toBe(statSync(join(scratch, 'tool')).size + 3)
    const script = '/opt/tools/tool; cat /opt/tools/sub/note; touch /opt/tools/x 2>&1'
    const words = await said(specOf(script, mounted))
    expect(words).toContain('ran\none')
    expect(words).toContain('Read-only file system')

    const before = bytes.length
    await engine.ensureVolume(spec('one'), { signal: run.signal, progress: (p) => bytes.push(p.done) })
    expect(bytes).toHaveLength(before)
    await expect(engine.ensureVolume(spec('two'), run)).rejects.toMatchObject({ code: 'conflict' })
    await engine.remove(NAME)
    await engine.ensureVolume(spec('two'), run)
    expect(await said(specOf(script, mounted))).toContain('ran\ntwo')
  })

  it('asked for twice at once are filled once', async () => {
    writeFileSync(join(scratch, 'tool'), 'x')
    let fills = 0
    const counted = { signal: run.signal, progress: (p: Progress) => void (p.done === p.total && fills++) }
    await Promise.all([engine.ensureVolume(spec('one'), counted), engine.ensureVolume(spec('one'), counted)])
    expect(fills).toBe(1)
  })

  it('fail with the name of a file that cannot be read, and stay unfinished', async () => {
    const files = [{ path: '/x', content: { file: join(scratch, 'gone') }, mode: 0o644 }]
    await expect(engine.ensureVolume({ ...spec('x'), files }, run)).rejects.toMatchObject({
      message: expect.stringContaining('gone'),
    })
  })
})

describe('containers', () => {
  it('run as the given user, shut in, with files they cannot change and folders they own', async () => {
    await engine.ensureVolume({ name: HOME, image, files: [], labels: {} }, run)
    const script = [
      'id -u; id -g',
      // The engine keeps no order between what is said and what is complained of.
      'cat /etc/berth/x; (echo no >/etc/berth/x) 2>/dev/null || echo KEPT',
      'touch /home/berth/mine && echo OWNED',
      'echo hello > /workspace/made',
      'grep -E "NoNewPrivs|CapEff" /proc/self/status',
      'grep berth.internal /etc/hosts',
    ].join('; ')
    const words = await said(
      specOf(script, {
        volumes: [{ name: HOME, path: '/home/berth', readOnly: false }],
        files: [{ path: '/etc/berth/x', content: 'secretless', mode: 0o644 }],
        ownedFolders: ['/home/berth'],
      }),
    )
    const [uid, gid] = user().split(':')
    expect(words.startsWith(`${uid}\n${gid}\n`)).toBe(true)
    expect(words).toMatch(/secretless[\s\S]*KEPT[\s\S]*OWNED/)
    expect(words).toMatch(/CapEff:\s0+$/m)
    expect(words).toMatch(/NoNewPrivs:\s1/)
    expect(words).toContain(`${(await engine.gateways()).usual}\tberth.internal`)
    const made = statSync(join(project.path, 'made'))
    expect(`${made.uid}:${made.gid}`).toBe(user())
  })

  it('start, stop and are removed, each twice without harm', async () => {
    const spec = specOf('true')
    expect(await engine.inspect(NAME)).toEqual({ state: 'absent' })
    const first = await engine.start(spec, run)
    expect(await engine.start(spec, run)).toEqual(first)
    expect(await engine.list()).toContainEqual(expect.objectContaining({ name: NAME, running: true }))
    await engine.stop(NAME, 1)
    await engine.stop(NAME, 1)
    expect(await engine.inspect(NAME)).toMatchObject({ state: 'exited' })
    expect(await engine.start(spec, run)).toMatchObject({ state: 'running', id: await runningId() })
    await engine.remove(NAME)
    await engine.remove(NAME)
    await engine.stop(NAME, 1)
    expect(await engine.inspect(NAME)).toEqual({ state: 'absent' })
    expect(await engine.logs(NAME, { tail: 5 })).toEqual([])
  })

  it('are published on loopback alone', async () => {
    const started = await engine.start(specOf('true'), run)
    if (started.state !== 'running') throw new Error('it ended')
    expect(await reaches('127.0.0.1', started.hostPort)).toBe(true)
    const others = Object.values(networkInterfaces())
      .flatMap((list) => list ?? [])
      .filter((address) => address.family === 'IPv4' && !address.internal)
    for (const { address } of others) expect(await reaches(address, started.hostPort)).toBe(false)
  })

  it('that are confined start on one network, also after it was made anew, and take it away when they go', async () => {
    const other = createEngine({ address: undefined, log: silentLog() })
    const [one, two] = await Promise.all([engine.confinement(), other.confinement()])
    other.close()
    if (one === undefined) throw new Error('this engine cannot confine')
    expect(two).toEqual(one)
    expect((await engine.gateways()).confined).toEqual(one)
    const confined = (confinement: Confinement) =>
      specOf('true', { confinement, extraHosts: [`berth.internal:${confinement.address}`] })
    await engine.start(confined(one), run)
    const first = await runningId()
    await engine.stop(NAME, 1)
    // Stopped, it counts as being there: the removal of another leaves the network.
    await engine.remove(`${NAME}-other`)
    expect(await engine.confinement()).toEqual(one)
    // What `docker network prune` does.
    await engineRequest('DELETE', `/networks/${one.id}`)
    // A start that was just about to use it may be tried again.
    await expect(engine.start(confined(one), run)).rejects.toMatchObject({ code: 'engine_error' })
    const anew = await engine.confinement()
    if (anew === undefined) throw new Error('it was not made anew')
    expect(anew.id).not.toBe(one.id)
    expect(await engine.start(confined(anew), run)).toMatchObject({ state: 'running', hostPort: 4096 })
    expect(await runningId()).not.toBe(first)
    await engine.remove(NAME)
    expect((await engineRequest('GET', `/networks/${one.network}`)).status).toBe(404)
    expect((await engine.gateways()).confined).toBeUndefined()
  })

  it('are replaced when the spec changes, and keep their volume', async () => {
    await engine.ensureVolume({ name: HOME, image, files: [], labels: {} }, run)
    const more = {
      volumes: [{ name: HOME, path: '/home/berth', readOnly: false }],
      ownedFolders: ['/home/berth'],
    }
    await said(specOf('echo kept > /home/berth/history; cat /home/berth/history', more))
    const before = await runningId()
    const words = await said(specOf('cat /home/berth/history; echo "$NEW"', { ...more, env: { NEW: 'new' } }))
    expect(words).toContain('kept\nnew')
    expect(await runningId()).not.toBe(before)
  })

  it('that were made and never ran are made again', async () => {
    // What a crash between making and filling leaves behind.
    const half = { Image: image, Cmd: ['/bin/true'], Labels: { 'dev.berth': '1' } }
    await engineRequest(
      'POST',
      `/containers/create?name=${NAME}`,
      Readable.from([JSON.stringify(half)]),
      'json',
    )
    expect(await engine.inspect(NAME)).toEqual({ state: 'created' })
    expect(await said(specOf('echo whole'))).toContain('whole')
  })

  it("run their own command, whatever the image's entrypoint is", async () => {
    await said(specOf('true'))
    const name = `berth-test-${id}-entry`
    const change = encodeURIComponent('ENTRYPOINT ["/bin/false"]')
    const made = await engineRequest('POST', `/commit?container=${NAME}&repo=${name}&tag=1&changes=${change}`)
    expect(made.status).toBe(201)
    expect(await said(specOf('echo mine', { image: `${name}:1` }))).toContain('mine')
    await engine.remove(NAME)
    await engineRequest('DELETE', `/images/${name}:1`)
  })

  it('that end at once say so', async () => {
    const spec = { ...specOf(''), command: ['/bin/sh', '-c', 'echo bad luck >&2; exit 7'] }
    await engine.start(spec, run)
    let state = await engine.inspect(NAME)
    while (state.state === 'running') state = await engine.inspect(NAME)
    expect(state).toMatchObject({ state: 'exited', exitCode: 7, outOfMemory: false })
    const [line] = await engine.logs(NAME, { tail: 1 })
    expect(line).toMatchObject({ stream: 'stderr', text: 'bad luck' })
  })

  it('whose folder is gone are refused, and nothing is made in its place', async () => {
    const gone = join(scratch, 'gone-folder')
    const binds = [{ hostPath: gone, path: '/workspace', readOnly: false }]
    await expect(engine.start(specOf('true', { binds }), run)).rejects.toMatchObject({
      code: 'folder_missing',
    })
    expect(() => statSync(gone)).toThrow('ENOENT')
  })

  it('whose image is gone are refused with the images there are', async () => {
    await expect(engine.start(specOf('true', { image: 'berth-test-none:1' }), run)).rejects.toMatchObject({
      code: 'image_not_found',
      data: { localImages: expect.arrayContaining([image]) },
    })
  })

  it('tell their new lines until they end', async () => {
    const script = 'until [ -e /workspace/go ]; do echo tick; sleep 0.1; done; echo heard'
    await engine.start({ ...specOf(''), command: ['/bin/sh', '-c', script] }, run)
    const heard: LogLine[] = []
    await engine.followLogs(NAME, run.signal, (line) => {
      heard.push(line)
      writeFileSync(join(project.path, 'go'), '')
    })
    expect(heard[0]?.text).toBe('tick')
    expect(heard.at(-1)?.text).toBe('heard')
  })

  it('are followed no longer than wanted', async () => {
    await engine.start(specOf('true'), run)
    const control = new AbortController()
    const following = engine.followLogs(NAME, control.signal, () => {})
    control.abort()
    await expect(following).resolves.toBeUndefined()
  })
})
