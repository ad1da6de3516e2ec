import { X509Certificate } from 'node:crypto'
import { createServer } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { BerthError } from '../../../src/main/errors.ts'
import { makeCa, openCa } from '../../../src/main/gateway/ca.ts'
import { createGateway } from '../../../src/main/gateway/gateway.ts'
import { createLeaves } from '../../../src/main/gateway/leaves.ts'
import type { Gateway } from '../../../src/main/gateway/types.ts'
import { connectThrough, makeDeps, startWorld, tlsThrough, until } from './world.ts'

/** Opening and closing the gateway, and what it keeps in the vault. */

const DAY = 86_400_000
const OPTIONS = { hostMap: {}, extraCa: undefined }
const opened: Gateway[] = []
const make = (state = makeDeps(), now?: () => number): Gateway => {
  const gateway = createGateway(state.deps, { ...OPTIONS, ...(now ? { now } : {}) })
  opened.push(gateway)
  return gateway
}

afterEach(async () => {
  for (const gateway of opened.splice(0)) await gateway.close()
})

describe('listening', () => {
  it('is starting, then ready with its addresses and accounts, then stopped, and tells each', async () => {
    const state = makeDeps()
    const gateway = make(state)
    expect(gateway.status()).toEqual({ state: 'starting' })
    const { port } = await gateway.listen(['127.0.0.1'], 0)
    const ready = { state: 'ready', addresses: [`127.0.0.1:${port}`], accounts: state.accounts.size }
    expect(gateway.status()).toEqual(ready)
    await gateway.close()
    expect(gateway.status().state).toBe('stopped')
    expect(state.statuses.map((status) => status.state)).toEqual(['ready', 'stopped'])
  })

  it('on more addresses at the same port, at once or later, each once', async () => {
    const gateway = make()
    const { port } = await gateway.listen(['127.0.0.1', '127.0.0.2'], 0)
    await gateway.listen(['127.0.0.2', '127.0.0.3'], 0)
    expect(gateway.status()).toMatchObject({
      addresses: [`127.0.0.1:${port}`, `127.0.0.2:${port}`, `127.0.0.3:${port}`],
    })
  })

  it('a port that is taken is named, and nothing stays open', async () => {
    const other = createServer()
    await new Promise<void>((done) => other.listen(0, '127.0.0.2', done))
    const address = other.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const gateway = make()
    const failed = await gateway.listen(['127.0.0.1', '127.0.0.2'], port).catch((error: unknown) => error)
    expect(failed).toMatchObject({ code: 'port_taken', data: { port, address: '127.0.0.2' } })
    expect(String(failed)).toContain(String(port))
    expect(gateway.status()).toMatchObject({
      state: 'stopped',
      reason: expect.stringContaining(String(port)),
    })
    await new Promise((done) => other.close(done))
    await gateway.listen(['127.0.0.1', '127.0.0.2'], port)
    expect(gateway.status().state).toBe('ready')
  })

  it('an address that is not this machine’s is named', async () => {
    await expect(make().listen(['192.0.2.1'], 0)).rejects.toMatchObject({
      code: 'bad_request',
      message: expect.stringContaining('192.0.2.1'),
    })
  })

  it('says that it is not open when asked too early', () => {
    const gateway = make()
    for (const ask of [() => gateway.caCertificate(), () => gateway.login('one')])
      expect(ask).toThrowError(/not open yet/)
  })

  it('a host map that is none is refused by name', () => {
    expect(() =>
      createGateway(makeDeps().deps, { ...OPTIONS, hostMap: { 'a.test': 'nowhere' } }),
    ).toThrowError(/a\.test at nowhere/)
  })
})

describe('closing', () => {
  it('ends tunnels and open connections, and stops accepting', async () => {
    const world = await startWorld(() => undefined, { hostMap: {} })
    const secure = await tlsThrough(world, 'api.openai.com')
    secure.on('error', () => undefined)
    const { socket } = await connectThrough(world, 'elsewhere.test:443')
    const closed = Promise.all([secure, socket].map((one) => new Promise((done) => one.once('close', done))))
    secure.resume()
    socket.resume()
    await world.close()
    await closed
    await expect(connectThrough(world, 'elsewhere.test:443')).rejects.toThrow()
  })

  it('twice, or before it was opened, does no harm', async () => {
    const gateway = make()
    await gateway.close()
    await gateway.close()
  })
})

describe('what the vault keeps', () => {
  it('is one record each for authority and secret, made once, and gives the same answers after a restart', async () => {
    const state = makeDeps()
    const first = make(state)
    await Promise.all([first.listen(['127.0.0.1'], 0), first.listen(['127.0.0.2'], 0)])
    const kept = new Map(state.records)
    expect([...kept.keys()].sort()).toEqual(['gateway/ca', 'gateway/secret'])
    const second = make(state)
    await second.listen(['127.0.0.1'], 0)
    expect(state.records).toEqual(kept)
    expect(second.caCertificate()).toBe(first.caCertificate())
    expect(second.login('one')).toEqual(first.login('one'))
    expect(second.placeholder('one', 'openai', 'oauth')).toEqual(first.placeholder('one', 'openai', 'oauth'))
    expect(second.serverPassword('one')).toBe(first.serverPassword('one'))
    expect(second.serverPassword('one')).not.toBe(second.login('one').password)
  })

  it('after a crash between the two records, the first is kept', async () => {
    const state = makeDeps()
    const write = state.deps.writeSecret
    Object.assign(state.deps, {
      writeSecret: (id: string, secret: string) =>
        id === 'gateway/ca' ? Promise.reject(new Error('crash')) : write(id, secret),
    })
    await expect(make(state).listen(['127.0.0.1'], 0)).rejects.toThrow('crash')
    const secret = state.records.get('gateway/secret')
    Object.assign(state.deps, { writeSecret: write })
    await make(state).listen(['127.0.0.1'], 0)
    expect(state.records.get('gateway/secret')).toBe(secret)
  })

  it.each([
    ['gateway/ca', 'not json'],
    ['gateway/ca', '{"certificate":"x","privateKey":"y"}'],
    ['gateway/ca', '{}'],
    ['gateway/secret', 'short'],
  ])('a damaged %s (%s) is an error and is left as it is', async (id, text) => {
    const state = makeDeps()
    await make(state).listen(['127.0.0.1'], 0)
    state.records.set(id, text)
    const gateway = make(state)
    await expect(gateway.listen(['127.0.0.1'], 0)).rejects.toMatchObject({ code: 'vault_damaged' })
    expect(state.records.get(id)).toBe(text)
    expect(gateway.status().state).toBe('stopped')
  })

  it('a locked vault is told as such, and opening works once it is unlocked', async () => {
    const state = makeDeps()
    const read = state.deps.readSecret
    Object.assign(state.deps, {
      readSecret: () => {
        throw new BerthError('vault_locked', 'The vault is locked.')
      },
    })
    const gateway = make(state)
    await expect(gateway.listen(['127.0.0.1'], 0)).rejects.toMatchObject({ code: 'vault_locked' })
    expect(gateway.status()).toEqual({ state: 'stopped', reason: 'The vault is locked.' })
    Object.assign(state.deps, { readSecret: read })
    await gateway.listen(['127.0.0.1'], 0)
    expect(gateway.status().state).toBe('ready')
  })
})

describe('certificates', () => {
  const NOW = Date.UTC(2026, 10, 20)

  it('the authority may sign leaves only, lasts ten years and counts from a day ago', async () => {
    const ca = new X509Certificate((await makeCa(NOW)).certificate)
    expect(ca.ca).toBe(true)
    expect(ca.verify(ca.publicKey)).toBe(true)
    expect(ca.validFromDate.getTime()).toBe(NOW - DAY)
    expect(ca.validToDate.getTime()).toBe(NOW + 3650 * DAY)
    expect(ca.publicKey.asymmetricKeyDetails?.namedCurve).toBe('prime256v1')
  })

  it('a leaf is for its host alone, and is signed by the authority', async () => {
    const stored = await makeCa(NOW)
    const authority = await openCa(stored, () => NOW)
    const leaf = new X509Certificate((await authority.issue('api.openai.com')).certificate)
    const ca = new X509Certificate(stored.certificate)
    expect(leaf.checkIssued(ca) && leaf.verify(ca.publicKey)).toBe(true)
    expect(leaf.checkHost('api.openai.com')).toBe('api.openai.com')
    expect(leaf.checkHost('chatgpt.com')).toBeUndefined()
    expect([leaf.ca, leaf.subjectAltName]).toEqual([false, 'DNS:api.openai.com'])
    expect(leaf.validToDate.getTime() - leaf.validFromDate.getTime()).toBe(30 * DAY)
  })

  it('leaves are made once, anew before they end, and the least used is dropped', async () => {
    let time = NOW
    const authority = await openCa(await makeCa(NOW), () => time)
    const issued: string[] = []
    const counting = {
      ...authority,
      issue: (host: string) => {
        issued.push(host)
        return authority.issue(host)
      },
    }
    const leaves = createLeaves(counting, () => time, 2)
    await Promise.all([leaves.contextFor('a.test'), leaves.contextFor('a.test')])
    expect(issued).toEqual(['a.test'])
    time += 26 * DAY
    await leaves.contextFor('a.test')
    expect(issued).toEqual(['a.test', 'a.test'])
    await leaves.contextFor('b.test')
    await leaves.contextFor('a.test')
    await leaves.contextFor('c.test')
    await leaves.contextFor('a.test')
    expect(issued.slice(2)).toEqual(['b.test', 'c.test'])
    await leaves.contextFor('b.test')
    expect(issued.at(-1)).toBe('b.test')
  })

  it('an authority near its end is made anew', async () => {
    const state = makeDeps()
    let time = NOW
    const now = (): number => time
    const first = make(state, now)
    await first.listen(['127.0.0.1'], 0)
    time += 3600 * DAY
    const second = make(state, now)
    await second.listen(['127.0.0.1'], 0)
    expect(second.caCertificate()).not.toBe(first.caCertificate())
    await until(() => second.status().state === 'ready', 'the gateway being ready')
  })
})
