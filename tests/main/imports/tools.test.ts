import { afterEach, beforeEach, expect, it } from 'vitest'
import { readRouterConfig } from '../../../src/main/imports/claude-code-router.ts'
import { MOST_ITEMS } from '../../../src/main/imports/found.ts'
import type { Guide } from '../../../src/main/imports/guide.ts'
import { byPlace, openWorld, secretOf, type World } from './world.ts'

let world: World
beforeEach(async () => {
  world = await openWorld()
})
afterEach(() => world.close())

it.each([
  [
    'anthropic-accounts.json',
    { version: 1, accounts: [{ email: 'ann@example.com', refreshToken: secretOf('sk-ant-ort01-') }] },
  ],
  [
    'anthropic-multi-account-accounts.json',
    {
      accounts: [
        { name: 'ann@example.com', access: secretOf('sk-ant-oat01-'), refresh: secretOf('x'), expires: 5 },
      ],
    },
  ],
  ['anthropic-multi-account.json', { 'ann@example.com': { accessToken: secretOf('sk-ant-oat01-') } }],
  ['anthropic-multi-accounts.json', [{ label: 'ann@example.com', refreshToken: secretOf('sk-ant-ort01-') }]],
])('lists and refuses the Claude subscriptions in %s', async (name, content) => {
  const path = world.put(`.config/opencode/${name}`, JSON.stringify(content))
  const { source, items } = await world.imports.preview({ kind: 'anthropic-accounts' })
  expect(source).toBe(path)
  expect(items).toMatchObject([
    {
      providerId: 'anthropic',
      label: 'ann@example.com',
      state: 'refused',
      reason: expect.stringContaining('Anthropic forbids'),
    },
  ])
  expect(await world.imports.apply({ kind: 'anthropic-accounts' }, {})).toMatchObject({ added: 0 })
})

it('takes API keys that stand among the subscriptions', async () => {
  const key = secretOf('sk-ant-api03-', 40)
  const text = JSON.stringify({
    accounts: [
      { name: 'key', apiKey: key },
      { name: 'no', apiKey: secretOf('sk-ant-oat01-') },
      { name: 'none' },
      7,
    ],
  })
  const { items, notes } = await world.imports.preview({ kind: 'anthropic-accounts', text })
  expect(items).toMatchObject([
    { label: 'key', state: 'new' },
    { label: 'no', state: 'refused' },
  ])
  expect(notes).toEqual(['2 entries have neither a key nor a login.'])
})

it('reads the config of claude-code-router, by the hosts in it', async () => {
  const [router, deepseek, own] = [secretOf('sk-or-v1-'), secretOf('sk-'), secretOf('')]
  world.env.DEEPSEEK = deepseek
  world.catalog.saveCustom({
    id: 'local',
    name: 'Local',
    baseUrl: 'http://127.0.0.1:8080/v1',
    models: [{ id: 'm', name: 'M' }],
    discover: false,
  })
  const path = world.put(
    '.claude-code-router/config.json',
    `{
      // what it is
      APIKEY: 'lock-of-the-router',
      Providers: [
        { name: "router", api_base_url: "https://openrouter.ai/api/v1/chat/completions", api_key: "${router}", models: [] },
        { "name": "deepseek", "api_base_url": "https://api.deepseek.com/chat/completions", "api_key": "$DEEPSEEK" },
        { name: 'missing', api_base_url: 'https://api.groq.com/openai/v1/chat/completions', api_key: '\${GROQ}' },
        { name: 'mine', api_base_url: 'http://127.0.0.1:8080/v1/chat/completions', api_key: '${own}' },
        { name: 'far', api_base_url: 'https://user:pass@llm.example.com/v1/chat/completions?k=1', api_key: '${own}1' },
        { name: 'azure one', api_base_url: 'https://my-models.openai.azure.com/openai/v1', api_key: '${own}2' },
        { name: 'nowhere', api_key: '${own}3' },
        { name: 'keyless', api_base_url: 'http://localhost:11434/v1' },
      ],
    }`,
  )
  const { source, items, notes } = await world.imports.preview({ kind: 'claude-code-router' })
  expect(source).toBe(path)
  const place = byPlace(items)
  expect(place.router).toMatchObject({ providerId: 'openrouter', state: 'new', label: 'router' })
  expect(place.deepseek).toMatchObject({ providerId: 'deepseek', state: 'new' })
  expect(place.missing).toMatchObject({ state: 'refused', reason: expect.stringContaining('variable GROQ,') })
  expect(place.mine).toMatchObject({ providerId: 'local', state: 'new' })
  expect(place.far).toMatchObject({
    state: 'refused',
    reason: expect.stringContaining('base URL https://llm.example.com/v1,'),
  })
  expect(place['azure one']).toMatchObject({
    providerId: 'azure',
    state: 'new',
    fields: { AZURE_RESOURCE_NAME: 'my-models' },
  })
  expect(place.nowhere).toMatchObject({ state: 'refused' })
  expect(notes).toEqual(['1 provider has no key.'])
  expect(await world.imports.apply({ kind: 'claude-code-router' }, {})).toMatchObject({ added: 4 })
})

it('guesses the provider of a pasted key from its form or name, and asks when unsure', async () => {
  const keys = {
    anthropic: secretOf('sk-ant-api03-', 40),
    router: secretOf('sk-or-v1-'),
    vague: secretOf('sk-'),
    groq: secretOf('gsk_'),
    named: secretOf(''),
    none: secretOf(''),
    clash: secretOf('xai-'),
    sub: secretOf('sk-ant-oat01-'),
  }
  const text = [
    '# my keys',
    keys.anthropic,
    `work router: ${keys.router}`,
    `DEEPSEEK_API_KEY=${keys.vague}`,
    `"groq","${keys.groq}","not this"`,
    `- mistral ${keys.named}`,
    keys.none,
    keys.vague.replace('sk-', 'sk-z'),
    `groq: ${keys.clash}`,
    keys.sub,
    keys.anthropic,
    'only words here',
    '',
  ].join('\r\n')
  const { source, items, notes } = await world.imports.preview({ kind: 'keys', text })
  expect(source).toBe('the pasted text')
  expect(items.map((item) => [item.place, item.providerId ?? item.candidates, item.state])).toEqual([
    ['line 2; line 11', 'anthropic', 'new'],
    ['line 3', 'openrouter', 'new'],
    ['line 4', 'deepseek', 'new'],
    ['line 5', 'groq', 'new'],
    ['line 6', 'mistral', 'new'],
    ['line 7', [], 'unsure'],
    ['line 8', expect.arrayContaining(['openai', 'deepseek', 'moonshotai']), 'unsure'],
    ['line 9', ['xai', 'groq'], 'unsure'],
    ['line 10', 'anthropic', 'refused'],
  ])
  expect(items[1]?.label).toBe('work router')
  expect(items[0]?.label).toBe(`Key ${items[0]?.preview}`)
  expect(notes).toEqual(['Nothing looks like a key on line 12.'])
})

it('looks up the hosts of no more entries of claude-code-router than are taken', () => {
  const guide = world.guide()
  let looks = 0
  const counting: Guide = {
    ...guide,
    byOwnHost(host, value) {
      looks += 1
      return guide.byOwnHost(host, value)
    },
  }
  const entry = (n: number) => ({
    api_base_url: `https://h${n}.example.org`,
    api_key: `k${n}-${'a'.repeat(20)}`,
  })
  const entries = [{ name: 'without a key' }, ...Array.from({ length: MOST_ITEMS + 30 }, (_, n) => entry(n))]
  const text = JSON.stringify({ Providers: entries })
  const { found, notes } = readRouterConfig(text, 'The file', { guide: counting, env: {} })
  expect(looks).toBe(MOST_ITEMS)
  expect(found).toHaveLength(MOST_ITEMS + 30)
  expect(found[MOST_ITEMS - 1]).toMatchObject({ refused: expect.stringContaining('h19999.example.org') })
  expect(notes).toEqual(['1 provider has no key.'])
})
