import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import pinned from '../../../resources/opencode-integrity.json' with { type: 'json' }
import { openCodeConfig } from '../../../src/main/opencode/config.ts'
import { messageIdFor } from '../../../src/main/opencode/message-id.ts'
import { parseNpmSettings } from '../../../src/main/opencode/npm-settings.ts'
import { executableName, packageName } from '../../../src/main/opencode/platform.ts'
import { OPENCODE_VERSION } from '../../../src/main/opencode/types.ts'

describe('packages', () => {
  it.each([
    [{ os: 'linux', arch: 'x64', libc: 'glibc', avx2: true }, 'opencode-linux-x64'],
    [{ os: 'linux', arch: 'x64', libc: 'glibc', avx2: false }, 'opencode-linux-x64-baseline'],
    [{ os: 'linux', arch: 'x64', libc: 'musl', avx2: true }, 'opencode-linux-x64-musl'],
    [{ os: 'linux', arch: 'x64', libc: 'musl', avx2: false }, 'opencode-linux-x64-baseline-musl'],
    [{ os: 'linux', arch: 'arm64', libc: 'glibc', avx2: false }, 'opencode-linux-arm64'],
    [{ os: 'linux', arch: 'arm64', libc: 'musl', avx2: false }, 'opencode-linux-arm64-musl'],
    [{ os: 'darwin', arch: 'arm64', libc: 'none', avx2: false }, 'opencode-darwin-arm64'],
    [{ os: 'darwin', arch: 'x64', libc: 'none', avx2: false }, 'opencode-darwin-x64-baseline'],
    [{ os: 'windows', arch: 'x64', libc: 'none', avx2: true }, 'opencode-windows-x64'],
  ] as const)('%o is served by %s', (platform, name) => {
    expect(packageName(platform)).toBe(name)
  })

  it('has hashes of the version it runs', () => {
    expect(pinned.version).toBe(OPENCODE_VERSION)
    for (const hash of Object.values(pinned.packages)) expect(hash).toMatch(/^sha512-[A-Za-z0-9+/]{86}==$/)
    expect(Object.keys(pinned.packages)).toContain('opencode-linux-x64')
  })

  it('names the executable as the system needs it', () => {
    expect(executableName({ os: 'windows', arch: 'x64', libc: 'none', avx2: true })).toBe('opencode.exe')
    expect(executableName({ os: 'linux', arch: 'x64', libc: 'glibc', avx2: true })).toBe('opencode')
  })
})

describe('npm settings', () => {
  let folder: string | undefined
  afterEach(async () => {
    if (folder !== undefined) await rm(folder, { recursive: true, force: true })
  })

  it('takes registry, proxies and certificates, and nothing else', async () => {
    folder = await mkdtemp(join(tmpdir(), 'berth-npm-settings-'))
    const cafile = join(folder, 'ca.pem')
    const pem = (text: string) => `-----BEGIN CERTIFICATE-----\n${text}\n-----END CERTIFICATE-----`
    await writeFile(cafile, `# company\n${pem('QUJD')}\n${pem('REVG')}\n`)
    const json = {
      registry: 'http://mirror.example/npm/',
      'https-proxy': 'http://proxy.example:8080',
      proxy: null,
      noproxy: ['a.example', 'b.example'],
      'strict-ssl': true,
      cafile,
      '//mirror.example/npm/:_authToken': 'npm_secret',
    }
    expect(await parseNpmSettings(JSON.stringify(json))).toEqual({
      registry: 'http://mirror.example/npm/',
      httpsProxy: 'http://proxy.example:8080',
      noProxy: 'a.example,b.example',
      strictSSL: true,
      ca: [pem('QUJD'), pem('REVG')],
    })
  })

  it('does without a certificate file that is not there, and without anything', async () => {
    expect(await parseNpmSettings(JSON.stringify({ cafile: '/nowhere/ca.pem' }))).toEqual({})
    expect(await parseNpmSettings(JSON.stringify({ registry: 5, noproxy: '' }))).toEqual({})
  })
})

describe('config', () => {
  const custom = [
    { id: 'mine', name: 'Mine', baseUrl: 'http://10.0.0.1:8000/api/v2', models: [{ id: 'm', name: 'M' }] },
  ]

  it('names the model, asks for permissions and keeps OpenCode from updating or sharing', () => {
    const config = JSON.parse(openCodeConfig({ providerId: 'openrouter', modelId: 'a/b', custom: [] }))
    expect(config).toMatchObject({
      model: 'openrouter/a/b',
      autoupdate: false,
      share: 'disabled',
      permission: { edit: 'ask', bash: 'ask', webfetch: 'ask', question: 'deny' },
    })
    expect(config).not.toHaveProperty('small_model')
  })

  it('sends custom providers to their virtual host and never names their real address', () => {
    const text = openCodeConfig({ providerId: 'mine', modelId: 'm', custom })
    expect(JSON.parse(text).provider.mine).toEqual({
      npm: '@ai-sdk/openai-compatible',
      name: 'Mine',
      options: { baseURL: 'http://mine.berth.internal/v1' },
      models: { m: { name: 'M' } },
    })
    expect(text).not.toContain('10.0.0.1')
  })
})

it('makes the same message id for the same request', () => {
  expect(messageIdFor('abc123')).toBe('msg_abc123')
})
