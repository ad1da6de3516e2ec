import { hostname, release } from 'node:os'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parseAddress } from '../../../src/main/engine/address.ts'
import {
  canConfine,
  ensureConfinement,
  findConfinement,
  removeConfinement,
} from '../../../src/main/engine/confinement.ts'
import { connect } from '../../../src/main/engine/connect.ts'
import { FAKE_VERSION, type FakeEngine, json, startFakeEngine } from '../../support/docker-fake.ts'

let fake: FakeEngine
beforeEach(async () => {
  fake = await startFakeEngine()
})
afterEach(() => fake.close())

const docker = () => connect(parseAddress(fake.address))
const done = (method: string) => fake.requests.filter((request) => request.startsWith(method))

describe('canConfine', () => {
  const here = { KernelVersion: release(), Name: hostname(), OperatingSystem: 'Debian', SecurityOptions: [] }

  it.each([
    ['Docker Engine of this machine', here, FAKE_VERSION, true],
    [
      'a rootless engine',
      { ...here, SecurityOptions: ['name=seccomp', 'name=rootless'] },
      FAKE_VERSION,
      false,
    ],
    ['Docker Desktop', { ...here, OperatingSystem: 'Docker Desktop' }, FAKE_VERSION, false],
    ['an engine elsewhere', { ...here, Name: 'other' }, FAKE_VERSION, false],
    ['Podman', here, { ...FAKE_VERSION, Components: [{ Name: 'Podman Engine' }] }, false],
  ])('%s', async (_name, info, version, expected) => {
    fake.on('GET /info', json(200, info))
    fake.on('GET /version', json(200, version))
    expect(await canConfine(docker())).toBe(expected)
  })
})

/** As the engine tells of the network; its address is one that can be listened on here. */
const network = {
  Id: 'n1',
  Name: 'berth-confined',
  Internal: true,
  Labels: { 'dev.berth': '1' },
  Options: {
    'com.docker.network.bridge.name': 'berth0',
    'com.docker.network.bridge.enable_icc': 'false',
  },
  IPAM: { Config: [{ Subnet: '127.0.0.0/8', Gateway: '127.0.0.1' }] },
}
const NETWORK = 'GET /networks/berth-confined'

describe('ensureConfinement', () => {
  const answer = { network: 'berth-confined', id: 'n1', address: '127.0.0.1' }

  it('finds the network that is there', async () => {
    fake.on(NETWORK, json(200, network))
    expect(await ensureConfinement(docker())).toEqual(answer)
    expect(await findConfinement(docker())).toEqual(answer)
    expect(done('POST')).toEqual([])
  })

  it.each([201, 403, 409])('makes it, or finds that another Berth was first (HTTP %i)', async (status) => {
    fake.on('POST /networks/create', (request, response) => {
      fake.on(NETWORK, json(200, network))
      json(status, status === 201 ? { Id: 'n1' } : { message: 'exists already' })(request, response)
    })
    expect(await ensureConfinement(docker())).toEqual(answer)
    expect(done('POST')).toHaveLength(1)
  })

  it('tells why the network cannot be made', async () => {
    fake.on('POST /networks/create', json(403, { message: 'no address pool left' }))
    await expect(ensureConfinement(docker())).rejects.toThrow('no address pool left')
  })

  it.each([
    ['goes out', { ...network, Internal: false }],
    ['lets containers reach each other', { ...network, Options: {} }],
    ['is not made by Berth', { ...network, Labels: null }],
  ])('trusts no network of that name that %s', async (_name, other) => {
    fake.on(NETWORK, json(200, other))
    await expect(ensureConfinement(docker())).rejects.toThrow('docker network rm berth-confined')
    expect(await findConfinement(docker())).toBeUndefined()
    await removeConfinement(docker())
    expect(done('DELETE')).toEqual([])
  })

  it('answers with no network on which the gateway could not listen', async () => {
    const IPAM = { Config: [{ Subnet: '192.0.2.0/24', Gateway: '192.0.2.77' }] }
    fake.on(NETWORK, json(200, { ...network, IPAM }))
    await expect(ensureConfinement(docker())).rejects.toMatchObject({ code: 'engine_error' })
    expect(await findConfinement(docker())).toBeUndefined()
  })
})

describe('removeConfinement', () => {
  it('lets the network be while a container is on it', async () => {
    fake.on(NETWORK, json(200, network))
    fake.on('GET /containers/json', json(200, [{ Id: 'c1' }]))
    await removeConfinement(docker())
    expect(done('DELETE')).toEqual([])
  })

  it.each([204, 403, 404])(
    'takes it away, or leaves it to who came on it meanwhile (HTTP %i)',
    async (status) => {
      fake.on(NETWORK, json(200, network))
      fake.on('GET /containers/json', json(200, []))
      fake.on('DELETE /networks/n1', json(status, { message: 'has active endpoints' }))
      await removeConfinement(docker())
      expect(done('DELETE')).toEqual(['DELETE /networks/n1'])
    },
  )
})
