import { describe, expect, it } from 'vitest'
import { createOptions, hashOf, ownerOf } from '../../../src/main/engine/spec.ts'
import type { ContainerSpec } from '../../../src/main/engine/types.ts'

const spec: ContainerSpec = {
  name: 'berth-x',
  image: 'some:1',
  command: ['/run', 'it'],
  env: { B: '2', A: '1' },
  user: '1000:1000',
  workingDir: '/workspace',
  binds: [{ hostPath: '/a:b', path: '/workspace', readOnly: false }],
  volumes: [{ name: 'v', path: '/opt', readOnly: true }],
  files: [{ path: '/etc/x', content: 'one', mode: 0o644 }],
  ownedFolders: ['/home/x'],
  port: 4096,
  labels: { 'dev.berth.project': 'x' },
  extraHosts: ['berth.internal:host-gateway'],
}

describe('hashOf', () => {
  it('is the same for the same spec, in whatever order', async () => {
    expect(await hashOf({ ...spec, env: { A: '1', B: '2' } })).toBe(await hashOf(spec))
  })

  it.each([
    { env: { A: '1', B: '3' } },
    { image: 'some:2' },
    { files: [{ path: '/etc/x', content: 'two', mode: 0o644 }] },
    { command: ['/run'] },
    { user: '1001:1000' },
    { confinement: { network: 'n', id: '1', address: '172.30.0.1' } },
  ])('differs with %j', async (change) => {
    expect(await hashOf({ ...spec, ...change })).not.toBe(await hashOf(spec))
  })

  it('differs when the confined network was made anew', async () => {
    const on = (id: string) => hashOf({ ...spec, confinement: { network: 'n', id, address: '172.30.0.1' } })
    expect(await on('1')).not.toBe(await on('2'))
  })
})

describe('createOptions', () => {
  it('shuts the container in', () => {
    const { HostConfig, User, ExposedPorts } = createOptions(spec, 'h', { init: true, selinux: false })
    expect(User).toBe('1000:1000')
    expect(ExposedPorts).toEqual({ '4096/tcp': {} })
    expect(HostConfig).toMatchObject({
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges'],
      PortBindings: { '4096/tcp': [{ HostIp: '127.0.0.1', HostPort: '' }] },
      RestartPolicy: { Name: 'no' },
      Init: true,
    })
    expect(HostConfig?.Privileged).toBeUndefined()
    expect(HostConfig?.PidsLimit).toBeGreaterThan(0)
  })

  it('publishes nothing from the confined network, and asks no name server of this machine', () => {
    const confinement = { network: 'berth-confined', id: '1', address: '172.30.0.1' }
    const { HostConfig } = createOptions({ ...spec, confinement }, 'h', { init: true, selinux: false })
    expect(HostConfig).toMatchObject({ NetworkMode: 'berth-confined', Dns: ['127.0.0.1'] })
    expect(HostConfig?.PortBindings).toBeUndefined()
    expect(HostConfig?.CapDrop).toEqual(['ALL'])
  })

  it("runs the command in place of the image's own entrypoint", () => {
    const options = createOptions(spec, 'h', { init: true, selinux: false })
    expect([options.Entrypoint, options.Cmd]).toEqual([['/run', 'it'], undefined])
  })

  it('mounts folders by fields, so that a colon in a path is no separator', () => {
    expect(createOptions(spec, 'h', { init: true, selinux: false }).HostConfig?.Mounts?.[0]).toMatchObject({
      Source: '/a:b',
      Target: '/workspace',
      ReadOnly: false,
    })
  })
})

describe('ownerOf', () => {
  it('reads uid:gid and refuses root', () => {
    expect(ownerOf('1000:100')).toEqual({ uid: 1000, gid: 100 })
    for (const user of ['0:0', '0:1000', 'root', '', '1000'])
      expect(() => ownerOf(user)).toThrow('never root')
  })
})
