import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import type { NetworkInterfaceInfo } from 'node:os'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createAddressGuard, embeddedIPv4, parseAuthority } from '../../../src/main/gateway/addresses.ts'
import { basic, connectThrough, raw, startWorld, type World } from './world.ts'

/** Addresses no connection is opened to, in every way they can be written. */

let world: World
let target: Server
let targetPort: number
const taken: Socket[] = []

beforeEach(async () => {
  taken.length = 0
  target = createServer({ allowHalfOpen: true }, (socket) => taken.push(socket))
  target.listen(0, '127.0.0.1')
  await once(target, 'listening')
  const address = target.address()
  targetPort = typeof address === 'object' && address !== null ? address.port : 0
  world = await startWorld((_, res) => res.end('hello'), {
    hostMap: { 'git.test': `127.0.0.1:${targetPort}`, 'dead.test': '127.0.0.1:9' },
  })
})

afterEach(async () => {
  await world.close()
  for (const socket of taken) socket.destroy()
  target.close()
})

describe('addresses of this machine', () => {
  it('in the networks it is in, as they are at that moment', () => {
    const here = { netmask: '', mac: '', internal: false, cidr: null }
    let up: NodeJS.Dict<NetworkInterfaceInfo[]> = {}
    const guard = createAddressGuard(() => up)
    expect(guard.forbids('192.168.7.5')).toBe(false)
    up = {
      lan: [{ ...here, family: 'IPv4', address: '192.168.7.5' }],
      vpn: [{ ...here, family: 'IPv6', address: 'fd12::5', scopeid: 0 }],
    }
    for (const address of ['192.168.7.5', '::ffff:192.168.7.5', 'fd12::5', 'FD12:0::5'])
      expect(guard.forbids(address)).toBe(true)
    for (const address of ['192.168.7.6', 'fd12::6']) expect(guard.forbids(address)).toBe(false)
  })

  const FORMS = [
    '127.0.0.1',
    '127.9.9.9',
    '127.1',
    '2130706433',
    '0x7f000001',
    '0x7f.0.0.1',
    '0177.0.0.1',
    '0.0.0.0',
    '0',
    '[::1]',
    '[::]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '[::127.0.0.1]',
    '[64:ff9b::7f00:1]',
    '[2002:7f00:1::]',
    '169.254.169.254',
    '[fd00:ec2::254]',
    '100.100.100.200',
    '168.63.129.16',
    '192.0.0.192',
    '[fe80::1]',
    '224.0.0.1',
    '255.255.255.255',
    '[ff02::1]',
    'localhost',
    'LOCALHOST.',
    'any.localhost',
    'berth.internal',
    'ghost.berth.internal',
  ]

  it.each(FORMS)('CONNECT %s is refused', async (host) => {
    const { status } = await connectThrough(world, `${host}:${targetPort}`)
    expect(status).toBe(403)
    expect(taken).toEqual([])
    expect(world.routes.at(-1)).toMatchObject({ outcome: 'refused', status: 403 })
  })

  it.each(FORMS.filter((host) => !host.includes('berth.internal')))(
    'GET http://%s/ is refused',
    async (host) => {
      const answer = await raw(
        world.port,
        `GET http://${host}:${targetPort}/ HTTP/1.1\r\nHost: x\r\nProxy-Authorization: ${basic(world)}\r\nConnection: close\r\n\r\n`,
      )
      expect(answer).toMatch(/^HTTP\/1\.1 403/)
      expect(taken).toEqual([])
    },
  )

  it('a name that resolves to one is refused at the address it resolved to', async () => {
    const guard = createAddressGuard()
    const error = await new Promise((done) => {
      guard.lookup('localhost', { all: true }, (failure) => done(failure))
    })
    expect(error).toMatchObject({ name: 'RefusedAddress' })
  })

  it('the gateway’s own are refused, also when they are public ones', () => {
    const guard = createAddressGuard(() => ({}))
    expect(guard.forbids('172.17.0.1')).toBe(false)
    guard.addOwn('172.17.0.1')
    expect(guard.forbids('172.17.0.1')).toBe(true)
    expect(guard.forbids('::ffff:172.17.0.1')).toBe(true)
  })

  it.each(['8.8.8.8', '10.1.2.3', '192.168.1.5', '2001:db8::1', '64:ff9b::808:808'])(
    '%s is not',
    (address) => {
      expect(createAddressGuard(() => ({})).forbids(address)).toBe(false)
    },
  )

  it('what is no address is refused', () => {
    for (const text of ['', 'x', '127.0.0.1.', '1.2.3']) expect(createAddressGuard().forbids(text)).toBe(true)
  })

  it('but the host map may put a server of this machine in a host’s place', async () => {
    const { status, socket } = await connectThrough(world, 'git.test:443')
    expect(status).toBe(200)
    socket.destroy()
  })
})

describe('reading addresses', () => {
  it.each([
    ['api.openai.com:443', { host: 'api.openai.com', port: 443 }],
    ['API.OpenAI.com.:443', { host: 'api.openai.com', port: 443 }],
    ['[::1]:80', { host: '::1', port: 80 }],
    ['x@y:1', undefined],
    ['x/y:1', undefined],
    ['[nonsense]:1', undefined],
    ['::1:80', undefined],
    ['', undefined],
  ])('%j', (written, meant) => {
    expect(parseAuthority(written)).toEqual(meant)
  })

  it('finds IPv4 inside IPv6', () => {
    expect(embeddedIPv4('::ffff:1.2.3.4')).toBe('1.2.3.4')
    expect(embeddedIPv4('2002:102:304::5')).toBe('1.2.3.4')
    expect(embeddedIPv4('2001:db8::1')).toBeUndefined()
  })
})
