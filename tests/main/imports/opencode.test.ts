import { afterEach, beforeEach, expect, it } from 'vitest'
import { byPlace, openWorld, secretOf, type World } from './world.ts'

let world: World
beforeEach(async () => {
  world = await openWorld()
})
afterEach(() => world.close())

const AUTH = '.local/share/opencode/auth.json'
const preview = () => world.imports.preview({ kind: 'opencode' })

it('reads keys, logins and company tokens, and says what follows', async () => {
  const key = secretOf('sk-ant-api03-', 40)
  const token = secretOf('gho_')
  const company = secretOf('')
  const path = world.put(
    AUTH,
    JSON.stringify({
      anthropic: { type: 'api', key },
      'github-copilot': { type: 'oauth', refresh: token, access: '', expires: 0 },
      'https://models.example.com': { type: 'wellknown', key: 'ANTHROPIC_API_KEY', token: company },
      azure: { type: 'api', key: secretOf(''), metadata: { resourceName: 'my-models' } },
    }),
  )
  world.catalog.saveCustom({
    id: 'at-work',
    name: 'At work',
    baseUrl: 'https://models.example.com/v1',
    models: [{ id: 'm', name: 'M' }],
    discover: false,
  })
  const shown = await preview()
  expect(shown).toMatchObject({ source: path, notes: [] })
  expect(shown.items).toMatchObject([
    { providerId: 'anthropic', type: 'api', label: 'OpenCode', state: 'new', candidates: [] },
    {
      providerId: 'github-copilot',
      type: 'oauth',
      state: 'new',
      note: expect.stringContaining('sign in again'),
    },
    {
      type: 'wellknown',
      state: 'unsure',
      label: 'models.example.com',
      candidates: ['at-work', 'anthropic'],
      note: expect.stringContaining('ANTHROPIC_API_KEY'),
    },
    { providerId: 'azure', state: 'new', fields: { AZURE_RESOURCE_NAME: 'my-models' } },
  ])
  expect(shown.items[2]?.providerId).toBeUndefined()

  const [, , unsure] = shown.items
  const choices = { [unsure?.id ?? '']: { action: 'add' as const, providerId: 'at-work' } }
  const done = await world.imports.apply({ kind: 'opencode' }, choices)
  expect(done).toMatchObject({ added: 4, replaced: 0, skipped: 0 })
  const [copilot] = world.accounts.list().filter((one) => one.providerId === 'github-copilot')
  expect(world.accounts.credential(copilot?.id ?? '')).toMatchObject({ type: 'oauth', refresh: token })
  const [own] = world.accounts.list().filter((one) => one.providerId === 'at-work')
  expect(world.accounts.credential(own?.id ?? '')).toEqual({ type: 'api', key: company })
  const before = world.accounts.list()
  expect((await preview()).items.map((item) => item.state)).toEqual(['same', 'same', 'same', 'same'])
  expect(await world.imports.apply({ kind: 'opencode' }, choices)).toMatchObject({ added: 0, skipped: 4 })
  expect(world.accounts.list()).toEqual(before)
})

it('lists and refuses what cannot be here', async () => {
  const text = JSON.stringify({
    anthropic: {
      type: 'oauth',
      refresh: secretOf('sk-ant-ort01-'),
      access: secretOf('sk-ant-oat01-'),
      expires: 1,
    },
    openrouter: { type: 'api', key: secretOf('sk-ant-oat01-') },
    google: { type: 'oauth', refresh: secretOf('1//0g'), access: secretOf('ya29.'), expires: 1 },
    'github-copilot': {
      type: 'oauth',
      refresh: secretOf('gho_'),
      access: secretOf('ghu_'),
      expires: 0,
      enterpriseUrl: 'https://git.example.com',
    },
    groq: { type: 'api', key: `${secretOf('gsk_')} and more` },
    xai: { type: 'api', key: 'xai-berthabcdefghijklmnopqrstuvwxyz123456' },
  })
  const { items } = await world.imports.preview({ kind: 'opencode', text })
  expect(items.map((item) => item.state)).toEqual(items.map(() => 'refused'))
  expect(items.map((item) => item.reason)).toEqual([
    expect.stringContaining('Anthropic forbids'),
    expect.stringContaining('Anthropic forbids'),
    expect.stringContaining('no sign-in of its own for Google'),
    expect.stringContaining("company's own server"),
    expect.stringContaining('space'),
    expect.stringContaining('placeholder that Berth gave'),
  ])
  expect(await world.imports.apply({ kind: 'opencode', text }, {})).toMatchObject({ added: 0, skipped: 0 })
  expect(world.accounts.list()).toEqual([])
})

it('takes GitLab’s login, which names GitLab’s own server', async () => {
  const entry = (enterpriseUrl: string) => ({
    type: 'oauth',
    refresh: secretOf(''),
    access: secretOf(''),
    expires: 1,
    enterpriseUrl,
  })
  const states = async (url: string) => {
    const text = JSON.stringify({ gitlab: entry(url) })
    return (await world.imports.preview({ kind: 'opencode', text })).items.map(({ state }) => state)
  }
  expect(await states('https://gitlab.com')).toEqual(['new'])
  expect(await states('https://git.example.com')).toEqual(['refused'])
})

it('asks whose a key of an unknown provider is, and never guesses a vendor for it', async () => {
  const text = JSON.stringify({
    'my-llm': { type: 'api', key: secretOf('sk-') },
    other: { type: 'api', key: secretOf('gsk_') },
    groq: { type: 'api', key: secretOf('xai-') },
  })
  const { items } = await world.imports.preview({ kind: 'opencode', text })
  const place = byPlace(items)
  expect(place['my-llm']).toMatchObject({ state: 'unsure', candidates: [] })
  expect(place.other).toMatchObject({ state: 'unsure', candidates: ['groq'] })
  // The name says one vendor, the key's form another.
  expect(place.groq).toMatchObject({ state: 'unsure', candidates: ['xai', 'groq'] })
})

it('takes a login that changed for a conflict of the same account', async () => {
  const write = (refresh: string) =>
    world.put(
      AUTH,
      JSON.stringify({
        openai: { type: 'oauth', refresh, access: secretOf('eyJ'), expires: 5, accountId: 'acc-1' },
      }),
    )
  write(secretOf('rt_'))
  await world.imports.apply({ kind: 'opencode' }, {})
  const [mine] = world.accounts.list()
  const next = secretOf('rt_')
  write(next)
  const { items } = await preview()
  expect(items).toMatchObject([{ state: 'conflict', existingId: mine?.id }])
  expect(await world.imports.apply({ kind: 'opencode' }, {})).toMatchObject({ skipped: 1 })
  const choice = { [items[0]?.id ?? '']: { action: 'replace' as const } }
  expect(await world.imports.apply({ kind: 'opencode' }, choice)).toMatchObject({ replaced: 1 })
  expect(world.accounts.credential(mine?.id ?? '')).toMatchObject({ refresh: next })
  expect(world.accounts.list()).toHaveLength(1)
})

it('counts entries that make no sense', async () => {
  const text =
    '{"a": 1, "b": {"type":"api"}, "c": {"type":"oauth"}, "__proto__": {"type":"api","key":5}, "d": []}'
  const { items, notes } = await world.imports.preview({ kind: 'opencode', text })
  expect(items).toEqual([])
  expect(notes).toEqual([expect.stringContaining('5 entries make no sense')])
})

it('looks where XDG_DATA_HOME says', async () => {
  world.put('elsewhere/opencode/auth.json', JSON.stringify({ groq: { type: 'api', key: secretOf('gsk_') } }))
  await expect(preview()).rejects.toMatchObject({ code: 'not_found', message: expect.stringContaining(AUTH) })
  world.env.XDG_DATA_HOME = `${world.home}/elsewhere`
  expect((await preview()).items).toHaveLength(1)
})
