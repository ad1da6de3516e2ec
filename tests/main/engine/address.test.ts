import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parseAddress } from '../../../src/main/engine/address.ts'
import { candidates } from '../../../src/main/engine/candidates.ts'

describe('parseAddress', () => {
  it('reads sockets, pipes and paths', () => {
    expect(parseAddress('unix:///run/d.sock')).toMatchObject({ kind: 'socket', path: '/run/d.sock' })
    expect(parseAddress(' /run/d.sock ')).toMatchObject({ kind: 'socket', address: 'unix:///run/d.sock' })
    expect(parseAddress('npipe:////./pipe/docker_engine')).toMatchObject({
      kind: 'socket',
      path: '//./pipe/docker_engine',
    })
  })

  it('takes tcp at loopback only', () => {
    expect(parseAddress('tcp://127.0.0.1:2375')).toMatchObject({
      kind: 'tcp',
      host: '127.0.0.1',
      port: 2375,
    })
    expect(parseAddress('tcp://[::1]')).toMatchObject({ kind: 'tcp', host: '::1', port: 2375 })
    expect(parseAddress('tcp://10.0.0.8:2375')).toMatchObject({ kind: 'unsupported' })
    // A host that only begins like loopback is another machine.
    expect(parseAddress('tcp://127.0.0.1.example.org:2375')).toMatchObject({ kind: 'unsupported' })
  })

  it.each(['ssh://me@host', 'https://host:2376', 'tcp://', 'docker.sock', ''])(
    'refuses %j by name',
    (text) => {
      const endpoint = parseAddress(text)
      expect(endpoint).toMatchObject({ kind: 'unsupported' })
      expect(endpoint.kind === 'unsupported' && endpoint.reason).toContain(text)
    },
  )
})

describe('candidates', () => {
  let home: string
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'berth-home-'))
  })
  afterEach(() => rmSync(home, { recursive: true }))

  const look = async (address?: string, env: Record<string, string> = {}) =>
    (await candidates({ address, env, home, platform: 'linux' })).map((endpoint) => endpoint.address)

  function writeContext(name: string, host: string): void {
    const id = createHash('sha256').update(name).digest('hex')
    const folder = join(home, '.docker/contexts/meta', id)
    mkdirSync(folder, { recursive: true })
    writeFileSync(
      join(folder, 'meta.json'),
      JSON.stringify({ Name: name, Endpoints: { docker: { Host: host } } }),
    )
  }

  it('keeps to a place the user named', async () => {
    expect(await look('/a.sock', { DOCKER_HOST: 'unix:///b.sock' })).toEqual(['unix:///a.sock'])
    expect(await look(undefined, { DOCKER_HOST: 'unix:///b.sock' })).toEqual(['unix:///b.sock'])
  })

  it('asks the current context first, then the usual places', async () => {
    writeContext('mine', 'unix:///mine.sock')
    writeFileSync(join(home, '.docker/config.json'), JSON.stringify({ currentContext: 'mine' }))
    const found = await look(undefined, { XDG_RUNTIME_DIR: '/run/user/7' })
    expect(found.slice(0, 2)).toEqual(['unix:///mine.sock', 'unix:///var/run/docker.sock'])
    expect(found).toContain('unix:///run/user/7/docker.sock')
    expect(found).toContain('unix:///run/user/7/podman/podman.sock')
    expect(found).toContain(`unix://${home}/.colima/default/docker.sock`)
  })

  it('looks at the usual places when Docker has no settings, or damaged ones', async () => {
    expect((await look())[0]).toBe('unix:///var/run/docker.sock')
    mkdirSync(join(home, '.docker'))
    writeFileSync(join(home, '.docker/config.json'), '{ not json')
    expect((await look())[0]).toBe('unix:///var/run/docker.sock')
  })

  it('names each place once', async () => {
    writeContext('mine', 'unix:///var/run/docker.sock')
    const found = await look(undefined, { DOCKER_CONTEXT: 'mine' })
    expect(found).toEqual([...new Set(found)])
  })
})
