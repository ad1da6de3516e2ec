import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { formatSnapshot } from '../../../scripts/catalog/shape.ts'
import { createCatalog } from '../../../src/main/catalog/catalog.ts'
import { readSnapshot } from '../../../src/main/catalog/snapshot.ts'
import { openDatabase } from '../../../src/main/db/database.ts'
import { OPENCODE_VERSION } from '../../../src/main/opencode/types.ts'
import { model as modelShape, provider as providerShape } from '../../../src/preload/shapes.ts'

const snapshotFile = resolve(import.meta.dirname, '../../../resources/catalog.json')
const newCatalog = () => createCatalog({ db: openDatabase(':memory:'), snapshotFile })
const code = (expected: string) => expect.objectContaining({ code: expected })

describe('the bundled snapshot', () => {
  it('leaves out models that OpenCode lists and then refuses', () => {
    expect(Object.keys(readSnapshot(snapshotFile).providers.azure?.models ?? {})).toContain('gpt-4.1')
    const catalog = newCatalog()
    expect(catalog.models('azure').map((one) => one.id)).not.toContain('gpt-4.1')
    expect(() => catalog.model('azure', 'gpt-4.1')).toThrow(code('unknown_model'))
  })

  it('is of the OpenCode that Berth runs, and is written the way npm run catalog writes it', () => {
    const snapshot = readSnapshot(snapshotFile)
    expect(snapshot.openCodeVersion).toBe(OPENCODE_VERSION)
    expect(formatSnapshot(snapshot)).toBe(readFileSync(snapshotFile, 'utf8'))
  })

  it('gives every provider and model in the contract’s shape', () => {
    const catalog = newCatalog()
    const providers = catalog.providers()
    expect(providers).toHaveLength(225)
    for (const one of providers) {
      expect(providerShape.parse(one)).toEqual(one)
      const models = catalog.models(one.id)
      expect(models).toHaveLength(one.modelCount)
      for (const each of models) expect(modelShape.parse(each)).toEqual(each)
    }
  })

  it('puts the popular ones first and the rest in the order of their names', () => {
    const providers = newCatalog().providers()
    expect(providers.slice(0, 4).map(({ id }) => id)).toEqual(['anthropic', 'openai', 'google', 'openrouter'])
    const rest = providers.filter(({ rank }) => rank === 1000).map(({ name }) => name)
    expect(rest).toEqual([...rest].sort((a, b) => a.localeCompare(b, 'en')))
  })

  it('leaves out what OpenCode does not know instead of giving 0', () => {
    const [image] = newCatalog()
      .models('openai')
      .filter(({ id }) => id === 'chatgpt-image-latest')
    expect(image).toBeDefined()
    for (const key of ['contextTokens', 'outputTokens', 'inputPrice', 'outputPrice']) {
      expect(image).not.toHaveProperty(key)
    }
  })

  it('is named when it is missing or damaged', () => {
    const folder = mkdtempSync(join(tmpdir(), 'berth-catalog-'))
    const file = join(folder, 'catalog.json')
    const open = () => createCatalog({ db: openDatabase(':memory:'), snapshotFile: file }).providers()
    expect(open).toThrow(code('internal'))
    writeFileSync(file, '{"providers":')
    expect(open).toThrow(new RegExp(file))
    rmSync(folder, { recursive: true })
  })
})

describe('a provider', () => {
  it('that does not exist is named in the error', () => {
    const catalog = newCatalog()
    for (const ask of [
      () => catalog.provider('nonesuch'),
      () => catalog.models('nonesuch'),
      () => catalog.hosts('nonesuch', {}),
      () => catalog.keyShape('__proto__'),
      () => catalog.model('constructor', 'x'),
    ]) {
      expect(ask).toThrow(code('unknown_provider'))
    }
    expect(() => catalog.model('anthropic', 'gpt-nonesuch')).toThrow(code('unknown_model'))
    expect(() => catalog.model('anthropic', 'gpt-nonesuch')).toThrow(/Anthropic.*gpt-nonesuch/)
  })

  it('has the sign-in methods OpenCode lists, and a key where it lists none', () => {
    const catalog = newCatalog()
    expect(catalog.provider('anthropic').methods).toEqual([{ type: 'api', label: 'API key' }])
    expect(catalog.provider('openai').methods.map(({ type }) => type)).toEqual(['oauth', 'oauth', 'api'])
    expect(catalog.provider('github-copilot').methods.map(({ type }) => type)).toEqual(['oauth', 'api'])
  })

  it('asks for the fields that its address needs, and does not call them its key', () => {
    const catalog = newCatalog()
    const names = (id: string) => catalog.provider(id).fields.map(({ name }) => name)
    expect(names('azure')).toEqual(['AZURE_RESOURCE_NAME'])
    expect(catalog.provider('azure').env).toEqual(['AZURE_API_KEY'])
    expect(names('amazon-bedrock')).toEqual(['AWS_REGION'])
    expect(catalog.provider('amazon-bedrock').env).toEqual(['AWS_BEARER_TOKEN_BEDROCK'])
    expect(names('cloudflare-ai-gateway')).toEqual(['CLOUDFLARE_ACCOUNT_ID', 'CLOUDFLARE_GATEWAY_ID'])
    expect(names('anthropic')).toEqual([])
    expect(catalog.provider('gitlab').fields).toMatchObject([
      { name: 'GITLAB_INSTANCE_URL', required: false },
    ])
  })

  it('says which fields are missing, unknown or malformed', () => {
    const catalog = newCatalog()
    const problem = (id: string, fields: Record<string, string>) => catalog.fieldsProblem(id, fields)
    expect(problem('azure', { AZURE_RESOURCE_NAME: 'my-models' })).toBeUndefined()
    expect(problem('azure', {})).toContain('AZURE_RESOURCE_NAME')
    expect(problem('azure', { AZURE_RESOURCE_NAME: '' })).toContain('Resource name')
    expect(problem('anthropic', { NODE_OPTIONS: '--require x' })).toContain('NODE_OPTIONS')
    for (const bad of ['evil.example/', 'a.b', 'a b', 'x@y', '$X', '-a', 'a#', 'a\n']) {
      expect(problem('azure', { AZURE_RESOURCE_NAME: bad })).toContain('Resource name is not')
    }
    expect(problem('databricks', { DATABRICKS_HOST: 'https://a.example' })).toContain('without https://')
    expect(problem('neon', { NEON_AI_GATEWAY_BASE_URL: 'http://a.example' })).toContain('https://')
    expect(problem('gitlab', {})).toBeUndefined()
  })

  it('knows how well-known keys begin', () => {
    const catalog = newCatalog()
    expect(catalog.keyShape('anthropic')).toEqual({ prefix: 'sk-ant-api03-' })
    expect(catalog.keyShape('google')).toEqual({ prefix: 'AIza' })
    expect(catalog.keyShape('amazon-bedrock')).toEqual({ prefix: '' })
  })
})
