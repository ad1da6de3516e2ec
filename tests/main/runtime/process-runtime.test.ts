import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { silentLog } from '../../../src/main/log/log.ts'
import { isRunning } from '../../../src/main/runtime/process-identity.ts'
import { createProcessRuntime } from '../../../src/main/runtime/process-runtime.ts'
import type { Runtime, RuntimeSpec } from '../../../src/main/runtime/types.ts'
import type { LogLine } from '../../../src/preload/shapes.ts'
import { makeTempProject, type TempProject } from '../../support/temp-project.ts'
import { runtimeSpec } from './spec-for-tests.ts'

/** A server that says what OpenCode says, tells its environment, and has a child of its own. */
const SERVER = `#!${process.execPath}
const http = require('node:http')
const { spawn } = require('node:child_process')
const server = http.createServer((q, a) => {
  if (q.url === '/say') console.log('somebody asked')
  if (q.url === '/exit') process.exit(3)
  a.end(JSON.stringify({ env: process.env, cwd: process.cwd(), argv: process.argv, pid: process.pid, child: child.pid }))
})
const child = spawn('sleep', ['600'], { stdio: 'ignore' })
server.listen(0, '127.0.0.1', () => console.log('opencode server listening on http://127.0.0.1:' + server.address().port))
`
const FAILING = `#!/bin/sh
echo "cannot go on" >&2
exit 9
`
const MUTE = `#!/bin/sh
exec sleep 600
`

interface Told {
  env: Record<string, string>
  cwd: string
  argv: string[]
  pid: number
  child: number
}

let dataDir: string
let project: TempProject
let runtime: Runtime
const run = { signal: new AbortController().signal, progress: () => {} }
const make = () => createProcessRuntime({ dataDir, log: silentLog() })

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'berth-process-'))
  project = await makeTempProject()
  runtime = make()
})
afterEach(async () => {
  await runtime.remove('demo')
  await project.remove()
  rmSync(dataDir, { recursive: true, force: true })
})

function specWith(program: string, more: Partial<RuntimeSpec> = {}): RuntimeSpec {
  const file = join(dataDir, 'opencode')
  writeFileSync(file, program, { mode: 0o755 })
  const { binary } = runtimeSpec({})
  return runtimeSpec({ folder: project.path, binary: { ...binary, file }, ...more })
}

const ask = async (endpoint: string, path = '/'): Promise<Told> =>
  (await (await fetch(endpoint + path)).json()) as Told

function lives(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}

describe('the process runtime', () => {
  it('starts a server at loopback in the folder, with a home of its own, and finds it running', async () => {
    const { endpoint } = await runtime.start(specWith(SERVER), run)
    expect(endpoint).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
    const told = await ask(endpoint)
    expect(told.cwd).toBe(project.path)
    expect(told.env.HOME).toBe(join(dataDir, 'runtimes/demo/home'))
    expect(told.env.HTTPS_PROXY).toBe('http://demo:p%40ss%2Fword@127.0.0.1:7777')
    expect(readFileSync(told.env.OPENCODE_CONFIG ?? '', 'utf8')).toBe('{}')
    expect(readFileSync(told.env.NODE_EXTRA_CA_CERTS ?? '', 'utf8')).toBe('not a certificate')
    expect(told.argv.join(' ')).not.toMatch(/password|p@ss/)
    expect(await runtime.inspect('demo')).toEqual({ state: 'running', endpoint })
    expect(await runtime.start(specWith(SERVER), run)).toEqual({ endpoint })
    expect((await ask(endpoint)).pid).toBe(told.pid)
  })

  it("hands on none of the user's own keys", async () => {
    const env = { PATH: process.env.PATH, OPENAI_API_KEY: 'sk-canary', XDG_CONFIG_HOME: '/x', LANG: 'C' }
    const clean = createProcessRuntime({ dataDir, log: silentLog(), env })
    const { endpoint } = await clean.start(specWith(SERVER, { env: { ASKED: 'for' } }), run)
    const told = await ask(endpoint)
    expect(told.env).toMatchObject({ LANG: 'C', ASKED: 'for', OPENCODE_SERVER_PASSWORD: 'server-password' })
    expect(told.env).not.toHaveProperty('OPENAI_API_KEY')
    expect(told.env).not.toHaveProperty('XDG_CONFIG_HOME')
  })

  it.each(['start', 'removal'])('ends at the next %s a server that no record tells of', async (how) => {
    // As a Berth leaves it that is killed between the two.
    const { endpoint } = await runtime.start(specWith(SERVER), run)
    const { pid, child } = await ask(endpoint)
    rmSync(join(dataDir, 'runtimes/demo/server.json'))
    expect(await runtime.inspect('demo')).toEqual({ state: 'absent' })
    if (how === 'removal') await runtime.remove('demo')
    else expect((await ask((await runtime.start(specWith(SERVER), run)).endpoint)).pid).not.toBe(pid)
    expect([lives(pid), lives(child)]).toEqual([false, false])
  })

  it('stops a server with all it started, twice without harm, and starts it again', async () => {
    const { endpoint } = await runtime.start(specWith(SERVER), run)
    const { pid, child } = await ask(endpoint)
    await runtime.stop('demo')
    await runtime.stop('demo')
    expect([lives(pid), lives(child)]).toEqual([false, false])
    expect(await runtime.inspect('demo')).toEqual({ state: 'stopped' })
    const again = await runtime.start(specWith(SERVER), run)
    expect((await ask(again.endpoint)).pid).not.toBe(pid)
    await runtime.remove('demo')
    await runtime.remove('demo')
    expect(await runtime.inspect('demo')).toEqual({ state: 'absent' })
  })

  it('finds a server again after Berth was killed, and replaces it when the spec changed', async () => {
    const spec = specWith(SERVER)
    const script = `
      import { createProcessRuntime } from ${JSON.stringify(resolve('src/main/runtime/process-runtime.ts'))}
      import { silentLog } from ${JSON.stringify(resolve('src/main/log/log.ts'))}
      const runtime = createProcessRuntime({ dataDir: ${JSON.stringify(dataDir)}, log: silentLog() })
      const run = { signal: new AbortController().signal, progress() {} }
      console.log((await runtime.start(${JSON.stringify(spec)}, run)).endpoint)
      setInterval(() => {}, 1000)`
    const berth = spawn(process.execPath, ['--input-type=module', '-e', script])
    const [line] = await once(berth.stdout, 'data')
    berth.kill('SIGKILL')
    await once(berth, 'exit')
    const endpoint = String(line).trim()
    const { pid } = await ask(endpoint)
    expect(await runtime.inspect('demo')).toEqual({ state: 'running', endpoint })
    expect(await runtime.start(spec, run)).toEqual({ endpoint })
    const other = await runtime.start({ ...spec, serverPassword: 'another' }, run)
    expect(lives(pid)).toBe(false)
    expect((await ask(other.endpoint)).env.OPENCODE_SERVER_PASSWORD).toBe('another')
  })

  it('finds the port of a server whose start Berth did not live to see the end of', async () => {
    const spec = specWith(SERVER)
    const { endpoint } = await runtime.start(spec, run)
    const file = join(dataDir, 'runtimes/demo/server.json')
    const { port: _port, ...early } = JSON.parse(readFileSync(file, 'utf8'))
    writeFileSync(file, JSON.stringify(early))
    expect(await make().inspect('demo')).toEqual({ state: 'running', endpoint })
    expect(await make().start(spec, run)).toEqual({ endpoint })
  })

  it('never ends a process that only has the same number', async () => {
    const { endpoint } = await runtime.start(specWith(SERVER), run)
    const { pid } = await ask(endpoint)
    const file = join(dataDir, 'runtimes/demo/server.json')
    const record = readFileSync(file, 'utf8')
    writeFileSync(file, JSON.stringify({ ...JSON.parse(record), identity: 'of another time' }))
    await runtime.stop('demo')
    expect(lives(pid)).toBe(true)
    writeFileSync(file, record)
  })

  it('tells the exit code and the output of a server that ends at boot', async () => {
    await expect(runtime.start(specWith(FAILING), run)).rejects.toMatchObject({
      code: 'opencode_exited',
      message: expect.stringMatching(/exit code 9.*cannot go on/),
      data: { exitCode: 9, output: 'cannot go on' },
    })
    expect(await runtime.inspect('demo')).toEqual({ state: 'exited', exitCode: 9, output: 'cannot go on' })
  })

  it('tells of a server that ends later', async () => {
    const { endpoint } = await runtime.start(specWith(SERVER), run)
    await expect(ask(endpoint, '/exit')).rejects.toThrow()
    await expect.poll(() => runtime.inspect('demo')).toMatchObject({ state: 'exited', exitCode: 3 })
  })

  it('leaves nothing running when a start is cancelled', async () => {
    const control = new AbortController()
    const starting = runtime.start(specWith(MUTE), {
      signal: control.signal,
      progress: () => control.abort(),
    })
    await expect(starting).rejects.toMatchObject({ name: 'AbortError' })
    const { pid, identity } = JSON.parse(readFileSync(join(dataDir, 'runtimes/demo/server.json'), 'utf8'))
    expect(isRunning(pid, identity)).toBe(false)
    expect(await runtime.inspect('demo')).toEqual({ state: 'stopped' })
  })

  it('says which program cannot be run', async () => {
    const { binary } = runtimeSpec({})
    const spec = specWith(SERVER, { binary: { ...binary, file: '/nowhere/opencode' } })
    await expect(runtime.start(spec, run)).rejects.toMatchObject({
      code: 'opencode_unavailable',
      message: expect.stringContaining('/nowhere/opencode'),
    })
  })

  it('tells the log, and its new lines until the server ends', async () => {
    const { endpoint } = await runtime.start(specWith(SERVER), run)
    expect((await runtime.logs('demo', 5)).at(-1)?.text).toContain('listening on')
    const heard: LogLine[] = []
    const following = runtime.followLogs('demo', run.signal, (line) => {
      heard.push(line)
      void runtime.stop('demo')
    })
    // The first lines may come before the following has begun.
    await expect
      .poll(() =>
        ask(endpoint, '/say').then(
          () => heard.length,
          () => heard.length,
        ),
      )
      .toBeGreaterThan(0)
    await following
    expect(heard[0]?.text).toBe('somebody asked')
  })

  it('takes a damaged record for none, and an odd id for an error', async () => {
    await runtime.start(specWith(SERVER), run)
    await runtime.stop('demo')
    writeFileSync(join(dataDir, 'runtimes/demo/server.json'), '{ half')
    expect(await runtime.inspect('demo')).toEqual({ state: 'absent' })
    await expect(runtime.inspect('../x')).rejects.toMatchObject({ code: 'bad_request' })
  })
})
