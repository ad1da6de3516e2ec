import { once } from 'node:events'
import { chmodSync, existsSync, lstatSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { connectToBerth } from '../../../src/main/cli/client.ts'
import {
  type CommandServer,
  type CommandServerOptions,
  createCommandServer,
} from '../../../src/main/cli/server.ts'
import { socketPaths } from '../../../src/main/cli/socket-path.ts'
import { silentLog } from '../../../src/main/log/log.ts'
import { createEvents } from '../../../src/main/rpc/events.ts'
import type { AnyEvent } from '../../../src/preload/contract.ts'

/** The socket between the command and Berth, both ends real. */

const removed: AnyEvent = { name: 'project.removed', payload: { projectId: 'p1' } }
const notice: AnyEvent = { name: 'notice', payload: { id: '1', level: 'info', text: 'Something happened.' } }

let top: string
let events: ReturnType<typeof createEvents>
const open: { close(): Promise<void> }[] = []
beforeEach(() => {
  top = mkdtempSync(join(tmpdir(), 'berth-sock-'))
  events = createEvents({ log: silentLog(), strict: true })
})
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close()
  rmSync(top, { recursive: true, force: true })
})

async function serve(more: Partial<CommandServerOptions> = {}): Promise<CommandServer> {
  const server = await createCommandServer({
    dataDir: join(top, 'data'),
    version: '1.2.3',
    dispatch: async (method, input, surface) => ({ ok: true, value: { method, input, surface } }),
    events,
    log: silentLog(),
    ...more,
  })
  open.push(server)
  return server
}

async function link(dataDir = join(top, 'data')) {
  const made = await connectToBerth(dataDir)
  if (made === undefined) throw new Error('there is no Berth')
  open.push(made)
  return made
}

/** A connection that says what the test wants, and the lines that come back. */
async function raw(
  path: string,
): Promise<{ socket: Socket; next(): Promise<unknown>; ended: Promise<unknown> }> {
  const socket = connect(path)
  await once(socket, 'connect')
  const lines = createInterface({ input: socket })[Symbol.asyncIterator]()
  return {
    socket,
    next: async () => JSON.parse((await lines.next()).value ?? 'null'),
    ended: once(socket, 'close'),
  }
}

describe('calls', () => {
  it('go to the dispatch as the command, with their answers sorted to them', async () => {
    const waiting: (() => void)[] = []
    await serve({
      dispatch: async (method, input, surface) => {
        if (method === 'app.status') await new Promise<void>((go) => waiting.push(go))
        else for (const go of waiting) go()
        return { ok: true, value: { method, input, surface } }
      },
    })
    const berth = await link()
    const slow = berth.call('app.status', {})
    const quick = berth.call('accounts.list', {})
    expect(await quick).toEqual({ method: 'accounts.list', input: {}, surface: 'command' })
    expect(await slow).toMatchObject({ method: 'app.status' })
  })

  it('that fail throw what the envelope says', async () => {
    const error = { code: 'not_found' as const, message: 'There is no such account.', data: { id: 'x' } }
    await serve({ dispatch: async () => ({ ok: false, error }) })
    await expect((await link()).call('accounts.list', {})).rejects.toMatchObject(error)
  })

  it('carry what is long and what is not ASCII', async () => {
    await serve()
    const text = 'schlüssel\n“🔑”'.repeat(100_000)
    const answer: unknown = await (await link()).call('imports.preview', { source: { kind: 'keys', text } })
    expect(answer).toMatchObject({ input: { source: { text } } })
  })

  it('are refused when they are too large, and the connection ends', async () => {
    const { path } = await serve({ maxLineBytes: 1000 })
    const { socket, next, ended } = await raw(path)
    expect(await next()).toEqual({ berth: '1.2.3', protocol: 1 })
    socket.write('x'.repeat(2000))
    expect(await next()).toMatchObject({ id: 0, answer: { ok: false, error: { code: 'bad_request' } } })
    await ended
    expect(await (await link()).call('accounts.list', {})).toBeDefined()
  })

  it.each(['not json', '{"id":1}', '{"id":1,"method":"a","input":{},"more":1}', '[]', ''])(
    'that are none end the connection and nothing else: %s',
    async (line) => {
      const { path } = await serve()
      const { socket, next, ended } = await raw(path)
      await next()
      socket.write(`${line}\n`)
      expect(await next()).toMatchObject({ answer: { ok: false, error: { code: 'bad_request' } } })
      await ended
      expect(await (await link()).call('accounts.list', {})).toBeDefined()
    },
  )

  it('are answered before Berth ends', async () => {
    let go: (() => void) | undefined
    const server = await serve({
      dispatch: async () => {
        await new Promise<void>((done) => (go = done))
        return { ok: true, value: 'late' }
      },
    })
    const berth = await link()
    const answer = berth.call('accounts.list', {})
    await expect.poll(() => go).toBeDefined()
    const closed = server.close()
    go?.()
    expect(await answer).toBe('late')
    await closed
    await berth.gone
    await expect(berth.call('accounts.list', {})).rejects.toMatchObject({ code: 'shutting_down' })
    expect(await connectToBerth(join(top, 'data'))).toBeUndefined()
  })
})

describe('events', () => {
  it('come when they are asked for, and only those', async () => {
    await serve()
    const [one, other] = [await link(), await link()]
    const heard: AnyEvent[] = []
    const unwanted: AnyEvent[] = []
    await one.listen(['project.removed'], (event) => heard.push(event))
    await other.listen(['providers.changed'], (event) => unwanted.push(event))
    events.emit({ name: 'pins.changed', payload: [] })
    events.emit(removed)
    await expect.poll(() => heard).toEqual([removed])
    await other.call('accounts.list', {})
    expect(unwanted).toEqual([])
  })

  it('leave notices for who shows them', async () => {
    await serve()
    const berth = await link()
    await berth.listen(['notice', 'project.removed'], () => {})
    events.emit(notice)
    await berth.call('accounts.list', {})
    const shown: AnyEvent[] = []
    events.on((event) => shown.push(event))
    await expect.poll(() => shown).toEqual([notice])
  })
})

describe.skipIf(process.platform === 'win32')('the socket file', () => {
  const modeOf = (path: string) => (lstatSync(path).mode & 0o777).toString(8)

  it("is this user's alone, and goes with Berth", async () => {
    const server = await serve()
    expect(server.path).toBe(join(top, 'data', 'command', 'berth.sock'))
    expect([modeOf(server.path), modeOf(dirname(server.path))]).toEqual(['600', '700'])
    await server.close()
    expect(existsSync(dirname(server.path))).toBe(false)
  })

  it('of a crashed Berth is replaced', async () => {
    const [path = ''] = socketPaths(join(top, 'data'))
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    const child = createServer()
    child.listen(path)
    await once(child, 'listening')
    // As after a crash: the file is there, and nobody listens. Node would remove it at close.
    const aside = `${path}.kept`
    const { renameSync } = await import('node:fs')
    renameSync(path, aside)
    child.close()
    renameSync(aside, path)
    expect(lstatSync(path).isSocket()).toBe(true)
    expect(await connectToBerth(join(top, 'data'))).toBeUndefined()
    await serve()
    expect(await (await link()).call('accounts.list', {})).toBeDefined()
  })

  it('is not put in the place of a file that is none', async () => {
    const [path = ''] = socketPaths(join(top, 'data'))
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    writeFileSync(path, 'precious')
    await expect(serve()).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining(path) })
    expect(await connectToBerth(join(top, 'data'))).toBeUndefined()
  })

  it('is not made, nor opened, in a folder that others can write to', async () => {
    const [path = ''] = socketPaths(join(top, 'data'))
    mkdirSync(dirname(path), { recursive: true })
    chmodSync(dirname(path), 0o777)
    await expect(serve()).rejects.toMatchObject({ code: 'folder_not_writable' })
    const strange = createServer().listen(path)
    await once(strange, 'listening')
    expect(await connectToBerth(join(top, 'data'))).toBeUndefined()
    strange.close()
  })

  it('stands elsewhere when the data folder has too long a path', async () => {
    const dataDir = join(top, 'd'.repeat(60), 'e'.repeat(60))
    mkdirSync(dataDir, { recursive: true })
    const place = { env: { XDG_RUNTIME_DIR: join(top, 'run') } }
    const server = await serve({ dataDir, place })
    expect(server.path).toMatch(new RegExp(`^${join(top, 'run')}/berth-[0-9a-f]{32}/berth\\.sock$`))
    expect([modeOf(server.path), modeOf(dirname(server.path))]).toEqual(['600', '700'])
    const client = await connectToBerth(dataDir, place)
    expect(await client?.call('accounts.list', {})).toBeDefined()
    await client?.close()
    // By another way to write the same folder, too.
    const again = await connectToBerth(`${dataDir}/../${'e'.repeat(60)}/`, place)
    expect(again).toBeDefined()
    await again?.close()
  })

  it('is found by a command with another environment', () => {
    const dataDir = join(top, 'd'.repeat(120))
    const here = socketPaths(dataDir, { env: { XDG_RUNTIME_DIR: '/run/user/7' }, tmp: '/tmp' })
    const there = socketPaths(dataDir, { env: {}, tmp: '/tmp' })
    expect(here).toEqual(expect.arrayContaining([...there]))
  })
})

it('names a pipe of this user and folder on Windows', () => {
  const [one = '', ...more] = socketPaths(join(top, 'a'), { platform: 'win32' })
  expect(one).toMatch(/^\\\\\.\\pipe\\berth-[0-9a-f]{32}$/)
  expect(more).toEqual([])
  expect(socketPaths(join(top, 'b'), { platform: 'win32' })).not.toEqual([one])
})

it('a Berth of another protocol is not talked to', async () => {
  const [path = ''] = socketPaths(join(top, 'data'))
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const strange = createServer((socket) => socket.write('{"berth":"9.0.0","protocol":9}\n')).listen(path)
  await once(strange, 'listening')
  chmodSync(path, 0o600)
  await expect(connectToBerth(join(top, 'data'))).rejects.toMatchObject({
    code: 'conflict',
    message: expect.stringContaining('9.0.0'),
  })
  strange.close()
})
