import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createCatalog } from '../../../src/main/catalog/catalog.ts'
import { openDatabase } from '../../../src/main/db/database.ts'
import measured from '../../fixtures/provider-hosts.json' with { type: 'json' }

const catalog = createCatalog({
  db: openDatabase(':memory:'),
  snapshotFile: resolve(import.meta.dirname, '../../../resources/catalog.json'),
})
const fields: Record<string, string> = measured.fields
const seen = new Map<string, string[]>(
  Object.entries(measured.providers).map(([id, hosts]) => [id, Object.keys(hosts)]),
)
/** Only this machine or the cloud's metadata service answers there. */
const isLocal = (host: string) =>
  /^(?:localhost|127\.|169\.254\.)/.test(host) || host === 'metadata.google.internal.'

/** Hosts that were not seen, and why they are that provider's all the same. */
const UNSEEN: Record<string, string[]> = {
  openai: ['chatgpt.com'],
  // Depends on the model's vendor; the one that was tried goes to the gateway's own host.
  'cloudflare-ai-gateway': ['api.cloudflare.com'],
  // The catalog's own addresses for it; OpenCode sends the request to the other name of the same resource.
  'azure-cognitive-services': ['berthcog.services.ai.azure.com'],
  'merge-gateway': ['api-gateway.merge.dev'],
  modal: ['inference.us-west.modal.direct'],
}

/** Providers of one vendor, which may share a host. */
const FAMILIES = [
  ['cloudflare-ai-gateway', 'cloudflare-workers-ai'],
  ['llmgateway', 'llmgateway-providers'],
  ['minimax', 'minimax-coding-plan'],
  ['minimax-cn', 'minimax-cn-coding-plan'],
  ['opencode', 'opencode-go'],
  ['perplexity', 'perplexity-agent'],
  ['umans-ai', 'umans-ai-coding-plan'],
  ['stepfun', 'stepfun-step-plan'],
  ['stepfun-ai', 'stepfun-ai-step-plan'],
  ['tencent-coding-plan', 'tencent-token-plan'],
  ['volcengine', 'volcengine-coding-plan'],
  ['zai', 'zai-coding-plan'],
  ['zhipuai', 'zhipuai-coding-plan'],
]

describe('the hosts that may get a credential', () => {
  it('cover every host OpenCode was seen sending one to', () => {
    expect(seen.size).toBe(218)
    for (const [id, hosts] of seen) {
      const wanted = hosts.filter((host) => !isLocal(host))
      expect(catalog.hosts(id, fields), id).toEqual(expect.arrayContaining(wanted))
    }
  })

  it('are no others than those seen and a few that are named here', () => {
    for (const { id } of catalog.providers()) {
      const own = [...(seen.get(id) ?? []), ...(UNSEEN[id] ?? [])]
      const more = catalog.hosts(id, fields).filter((host) => !own.includes(host))
      expect(more, id).toEqual([])
    }
  })

  it('belong to one vendor each', () => {
    const owners = new Map<string, string[]>()
    for (const { id } of catalog.providers()) {
      for (const host of catalog.hosts(id, fields)) owners.set(host, [...(owners.get(host) ?? []), id])
    }
    const shared = [...owners.values()].filter((ids) => ids.length > 1).map((ids) => ids.sort())
    expect(shared.sort()).toEqual(FAMILIES.map((family) => [...family].sort()).sort())
  })

  it('do not include a host that was counted wrongly', () => {
    for (const [id, hosts] of Object.entries(measured.notTheirs.hosts)) {
      expect(catalog.hosts(id, fields).filter((host) => hosts.includes(host))).toEqual([])
    }
  })

  it('are there for every provider that can be connected', () => {
    for (const { id, unsupported } of catalog.providers()) {
      if (unsupported === undefined) expect(catalog.hosts(id, fields), id).not.toEqual([])
    }
    const cannot = catalog.providers().filter(({ unsupported }) => unsupported !== undefined)
    expect(cannot.map(({ id }) => id).sort()).toEqual(
      [
        ...measured.silent,
        'google-vertex-anthropic',
        'atomic-chat',
        'lmstudio',
        'lynkr',
        'privatemode-ai',
      ].sort(),
    )
    for (const { unsupported } of cannot) expect(unsupported).toMatch(/custom provider|instead/)
  })

  it('are exact: without its fields a template stands for nothing', () => {
    expect(catalog.hosts('azure', {})).toEqual([])
    expect(catalog.hosts('azure', { AZURE_RESOURCE_NAME: 'Mine' })).toEqual([
      'mine.openai.azure.com',
      'mine.services.ai.azure.com',
    ])
    expect(catalog.hosts('cloudflare-workers-ai', {})).toEqual(['api.cloudflare.com'])
    expect(catalog.hosts('cloudflare-ai-gateway', {})).toEqual([
      'api.cloudflare.com',
      'gateway.ai.cloudflare.com',
    ])
    expect(catalog.hosts('gitlab', { GITLAB_INSTANCE_URL: 'https://git.example.com:8443' })).toEqual([
      'git.example.com',
      'gitlab.com',
    ])
  })

  it.each([
    'evil.example/',
    'evil.example#',
    'evil.example?',
    'a@evil.example',
    '*',
    'a.b',
    '',
    ' ',
    'evil.example\\',
  ])('are none for a resource name of %j', (value) =>
    expect(catalog.hosts('azure', { AZURE_RESOURCE_NAME: value })).toEqual([]),
  )

  it('follow the region, and nothing else, for Bedrock', () => {
    expect(catalog.hosts('amazon-bedrock', { AWS_REGION: 'eu-central-1' })).toEqual([
      'bedrock-mantle.eu-central-1.api.aws',
      'bedrock-runtime.eu-central-1.amazonaws.com',
    ])
    expect(catalog.hosts('amazon-bedrock', {})).toEqual([])
  })
})
