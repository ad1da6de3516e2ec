import { resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createCatalog } from '../../../src/main/catalog/catalog.ts'
import { openDatabase } from '../../../src/main/db/database.ts'
import { hasMark } from '../../../src/main/gateway/recognise.ts'
import fixture from '../../fixtures/provider-hosts.json' with { type: 'json' }
import type { RecordedRequest } from '../../support/model-server/types.ts'
import { type Lab, type LabProvider, startLab } from './lab.ts'

/** The real OpenCode, given placeholders, behind the gateway: what arrives at the vendors. */

const WAIT = 45_000
const catalog = createCatalog({
  db: openDatabase(':memory:'),
  snapshotFile: resolve(import.meta.dirname, '../../../resources/catalog.json'),
})
const withKey = (id: string): LabProvider => ({ id, hosts: catalog.hosts(id, fixture.fields), type: 'api' })
const withLogin = (id: string): LabProvider => ({ ...withKey(id), type: 'oauth' })

/** Prompts once with a model of this SDK package. */
async function ask(lab: Lab, id: string, pack: string): Promise<RecordedRequest> {
  const model = lab.models(id).find((one) => one.package === pack)
  if (!model) throw new Error(`OpenCode has no model of ${pack} for ${id}`)
  const answer = await lab.prompt(id, model.id, WAIT)
  if (typeof answer === 'string') throw new Error(answer)
  expect(hasMark(answer.path + JSON.stringify(answer.headers))).toBe(false)
  return answer
}

describe('with keys', () => {
  let lab: Lab
  const ids = [
    'anthropic',
    'openai',
    'google',
    'openrouter',
    'azure',
    'cloudflare-ai-gateway',
    'cohere',
    'groq',
  ]

  beforeAll(async () => {
    lab = await startLab({
      providers: [
        ...ids.map(withKey),
        { id: 'mistral', hosts: ['api.mistral.ai'], type: 'api' },
        {
          id: 'homelab',
          hosts: ['homelab.berth.internal'],
          type: 'api',
          baseUrl: 'http://192.168.77.1:11434/v1',
        },
      ],
      env: fixture.fields,
      config: {
        provider: {
          homelab: {
            npm: '@ai-sdk/openai-compatible',
            name: 'Home lab',
            options: { baseURL: 'http://homelab.berth.internal/v1' },
            models: { m1: { name: 'M1' } },
          },
        },
      },
    })
  })
  afterAll(() => lab.close())

  it.each([
    ['anthropic', '@ai-sdk/anthropic', 'api.anthropic.com', 'x-api-key', ''],
    ['openai', '@ai-sdk/openai', 'api.openai.com', 'authorization', 'Bearer '],
    ['google', '@ai-sdk/google', 'generativelanguage.googleapis.com', 'x-goog-api-key', ''],
    ['openrouter', '@openrouter/ai-sdk-provider', 'openrouter.ai', 'authorization', 'Bearer '],
    ['azure', '@ai-sdk/azure', 'berthres.openai.azure.com', 'api-key', ''],
    ['azure', '@ai-sdk/anthropic', 'berthres.services.ai.azure.com', 'x-api-key', ''],
    [
      'cloudflare-ai-gateway',
      'ai-gateway-provider',
      'gateway.ai.cloudflare.com',
      'cf-aig-authorization',
      'Bearer ',
    ],
    ['cohere', '@ai-sdk/cohere', 'api.cohere.com', 'authorization', 'Bearer '],
    ['groq', '@ai-sdk/groq', 'api.groq.com', 'authorization', 'Bearer '],
    ['homelab', '@ai-sdk/openai-compatible', '192.168.77.1', 'authorization', 'Bearer '],
  ])('%s by %s arrives at %s with the key in %s', async (id, pack, host, header, before) => {
    const request = await ask(lab, id, pack)
    const credential = lab.secrets(id)
    expect(request.host).toBe(host)
    expect(request.headers[header]).toBe(`${before}${credential.type === 'api' ? credential.key : ''}`)
    expect(request.headers['proxy-authorization']).toBeUndefined()
  })

  it('each secret reached its own provider’s hosts only, and nothing was refused', () => {
    for (const id of [...ids, 'homelab']) {
      const credential = lab.secrets(id)
      const key = credential.type === 'api' ? credential.key : ''
      const hosts = new Set(
        lab.vendor.requests
          .filter((request) => JSON.stringify([request.path, request.headers, request.body]).includes(key))
          .map(({ host }) => host),
      )
      const allowed = id === 'homelab' ? ['192.168.77.1'] : catalog.hosts(id, fixture.fields)
      expect(allowed, id).toEqual(expect.arrayContaining([...hosts]))
    }
    expect(lab.notices).toEqual([])
    expect(JSON.stringify(lab.routes)).not.toContain('canary')
  })

  it('without an account OpenCode shows the sentence and does not go on trying', async () => {
    lab.disconnect('mistral')
    const model = lab.models('mistral')[0]?.id ?? ''
    const answer = await lab.prompt('mistral', model, 10_000)
    expect(answer).toMatch(/^no_credential: .*There is no account for mistral/)
    const refused = lab.routes.filter(
      ({ host, outcome }) => host === 'api.mistral.ai' && outcome === 'refused',
    )
    // The answer and the title: once each.
    expect(refused.length).toBeLessThanOrEqual(2)
  })
})

describe('with logins', () => {
  let lab: Lab

  beforeAll(async () => {
    lab = await startLab({
      providers: ['openai', 'github-copilot', 'xai', 'snowflake-cortex'].map(withLogin),
      env: { SNOWFLAKE_ACCOUNT: fixture.fields.SNOWFLAKE_ACCOUNT },
    })
  })
  afterAll(() => lab.close())

  it('ChatGPT’s requests carry the access token and the account id', async () => {
    const request = await ask(lab, 'openai', '@ai-sdk/openai')
    const login = lab.secrets('openai')
    if (login.type !== 'oauth') throw new Error('not a login')
    expect(request.host).toBe('chatgpt.com')
    expect(request.path).toContain('/backend-api/codex/responses')
    expect(request.headers.authorization).toBe(`Bearer ${login.access}`)
    expect(request.headers['chatgpt-account-id']).toBe(login.accountId)
  })

  it.each([
    ['github-copilot', '@ai-sdk/github-copilot', 'api.githubcopilot.com'],
    ['xai', '@ai-sdk/xai', 'api.x.ai'],
    ['snowflake-cortex', '@ai-sdk/openai-compatible', 'berthsnow.snowflakecomputing.com'],
  ])('%s: its requests carry the access token', async (id, pack, host) => {
    const request = await ask(lab, id, pack)
    const login = lab.secrets(id)
    expect(request.host).toBe(host)
    expect(request.headers.authorization).toBe(`Bearer ${login.type === 'oauth' ? login.access : ''}`)
  })

  it('no refresh token left the gateway', () => {
    for (const id of ['openai', 'xai', 'snowflake-cortex']) {
      const login = lab.secrets(id)
      expect(JSON.stringify(lab.vendor.requests)).not.toContain(login.type === 'oauth' ? login.refresh : '')
    }
  })
})
