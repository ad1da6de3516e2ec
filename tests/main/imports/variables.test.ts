import { afterEach, beforeEach, expect, it } from 'vitest'
import { parseEnv } from '../../../src/main/imports/env-file.ts'
import { byPlace, openWorld, secretOf, type World } from './world.ts'

let world: World
beforeEach(async () => {
  world = await openWorld()
})
afterEach(() => world.close())

const values = (text: string) =>
  Object.fromEntries(parseEnv(text).variables.map(({ name, value }) => [name, value]))

it('reads the syntax of .env files', () => {
  const text = [
    '\uFEFFPLAIN=a b c',
    'export EXPORTED = spaced # comment',
    '# COMMENTED=1',
    "SINGLE='keeps # and \\n'",
    'DOUBLE="two\\nlines and \\"quotes\\""',
    'TICKS=`it\'s "so"`',
    'EMPTY=',
    'HASH=abc#def',
    'COLON: value',
    'LONG="first',
    'NOT_A_NAME=inside',
    'last" # after',
    'AFTER=1',
    'TWICE=old',
    'TWICE=new',
    'not an assignment',
    '9BAD=x',
  ].join('\r\n')
  expect(values(text)).toEqual({
    PLAIN: 'a b c',
    EXPORTED: 'spaced',
    SINGLE: 'keeps # and \\n',
    DOUBLE: 'two\nlines and "quotes"',
    TICKS: 'it\'s "so"',
    EMPTY: '',
    HASH: 'abc#def',
    COLON: 'value',
    LONG: 'first\nNOT_A_NAME=inside\nlast',
    AFTER: '1',
    TWICE: 'new',
  })
  expect(parseEnv('A=1\nB="x\ny"\n\nC=2').variables.map(({ line }) => line)).toEqual([1, 2, 5])
  expect(parseEnv('A="open\nB=1')).toMatchObject({
    variables: [
      { name: 'A', value: '"open' },
      { name: 'B', value: '1' },
    ],
    openQuotes: [1],
  })
})

it('takes time in proportion to the text', () => {
  const started = performance.now()
  parseEnv('A="\\"\n'.repeat(500_000))
  parseEnv('A=\'x\nB="y\nC=`z\n'.repeat(200_000))
  parseEnv(`A${'  '.repeat(1_000_000)}`)
  expect(performance.now() - started).toBeLessThan(5000)
})

it('finds accounts by the names the catalog has, with the fields beside them', async () => {
  const [openai, gemini, azure] = [secretOf('sk-proj-'), secretOf('AIza'), secretOf('')]
  const path = world.put(
    'shop/.env',
    `OPENAI_API_KEY=${openai}\nGEMINI_API_KEY="${gemini}"\nGOOGLE_API_KEY=${gemini}\nAZURE_API_KEY=${azure}\nAZURE_RESOURCE_NAME=my-models\nGROQ_API_KEY=\n`,
  )
  const { items, notes } = await world.imports.preview({ kind: 'env-file', path })
  expect(items).toMatchObject([
    { providerId: 'openai', label: 'shop .env', place: 'OPENAI_API_KEY, line 1', state: 'new', fields: {} },
    { providerId: 'google', place: 'GEMINI_API_KEY, line 2; GOOGLE_API_KEY, line 3' },
    { providerId: 'azure', fields: { AZURE_RESOURCE_NAME: 'my-models' }, state: 'new' },
  ])
  expect(notes).toEqual(['Without a value in the file: GROQ_API_KEY.'])
  expect(await world.imports.apply({ kind: 'env-file', path }, {})).toMatchObject({ added: 3 })
  const [stored] = world.accounts.list().filter((one) => one.providerId === 'azure')
  expect(stored?.fields).toEqual({ AZURE_RESOURCE_NAME: 'my-models' })
})

it('asks where a name is read by several providers, or the key is for another server', async () => {
  const text = [
    `MINIMAX_API_KEY=${secretOf('')}`,
    `OPENAI_API_KEY=${secretOf('sk-or-v1-')}`,
    `ANTHROPIC_API_KEY=${secretOf('sk-')}`,
    'ANTHROPIC_BASE_URL=https://api.deepseek.com/anthropic',
    `MISTRAL_API_KEY=${secretOf('')}`,
    'MISTRAL_BASE_URL=https://llm.example.com/v1?key=hidden',
    `GROQ_API_KEY=${secretOf('gsk_')}`,
    'GROQ_BASE_URL=https://api.groq.com',
  ].join('\n')
  const place = byPlace((await world.imports.preview({ kind: 'env-file', text })).items)
  expect(place['MINIMAX_API_KEY, line 1']).toMatchObject({ state: 'unsure' })
  expect(place['MINIMAX_API_KEY, line 1']?.candidates).toContain('minimax-cn')
  expect(place['OPENAI_API_KEY, line 2']).toMatchObject({
    state: 'unsure',
    candidates: ['openrouter', 'openai'],
  })
  expect(place['ANTHROPIC_API_KEY, line 3']).toMatchObject({ providerId: 'deepseek', state: 'new' })
  expect(place['MISTRAL_API_KEY, line 5']).toMatchObject({
    state: 'unsure',
    note: expect.stringContaining('https://llm.example.com/v1,'),
  })
  expect(place['GROQ_API_KEY, line 7']).toMatchObject({ providerId: 'groq', state: 'new' })
})

it('resolves a reference, and refuses examples and what is put together', async () => {
  const key = secretOf('gsk_')
  const text = [
    `MY_KEY=${key}`,
    'GROQ_API_KEY=$MY_KEY',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: as it is in the file
    'XAI_API_KEY=${NOWHERE}',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: as it is in the file
    'OPENAI_API_KEY=sk-${A}${B}',
    'ANTHROPIC_API_KEY=sk-ant-your-key-here',
    'MISTRAL_API_KEY=xxxxxxxx',
    'DEEPSEEK_API_KEY=op://vault/item/key',
  ].join('\n')
  const { items } = await world.imports.preview({ kind: 'env-file', text })
  expect(items.map((item) => [item.providerId, item.state, item.reason ?? ''])).toEqual([
    ['groq', 'new', ''],
    ['xai', 'refused', expect.stringContaining('NOWHERE')],
    ['openai', 'refused', expect.stringContaining('put together')],
    ['anthropic', 'refused', expect.stringContaining('example')],
    ['mistral', 'refused', expect.stringContaining('example')],
    ['deepseek', 'refused', expect.stringContaining('password manager')],
  ])
})

it('names variables that look like keys and are nobody’s, without their values', async () => {
  const [mine, theirs] = [secretOf('sk-or-v1-'), secretOf('')]
  Object.assign(world.env, { MY_ROUTER: mine, STRANGE_API_KEY: theirs, PATH: '/bin', LONG: secretOf('') })
  const { source, items, notes } = await world.imports.preview({ kind: 'environment' })
  expect([source, items]).toEqual(['the environment', []])
  expect(notes).toEqual([expect.stringMatching(/MY_ROUTER, STRANGE_API_KEY\.$/)])
  expect(JSON.stringify(notes)).not.toContain(mine)
  expect(JSON.stringify(notes)).not.toContain(theirs)
})

it('leaves a missing field to be filled in', async () => {
  const text = `AZURE_API_KEY=${secretOf('')}`
  const { items } = await world.imports.preview({ kind: 'env-file', text })
  expect(items).toMatchObject([{ state: 'new', note: expect.stringContaining('Resource name') }])
  const without = await world.imports.apply({ kind: 'env-file', text }, {})
  expect(without.items).toMatchObject([
    { outcome: 'refused', reason: expect.stringContaining('Resource name') },
  ])
  const fields = { AZURE_RESOURCE_NAME: 'my-models' }
  const choices = { [items[0]?.id ?? '']: { action: 'add' as const, fields } }
  expect(await world.imports.apply({ kind: 'env-file', text }, choices)).toMatchObject({ added: 1 })
  expect(world.accounts.list()).toMatchObject([{ providerId: 'azure', fields }])
  expect(await world.imports.apply({ kind: 'env-file', text }, choices)).toMatchObject({
    added: 0,
    skipped: 1,
  })
})
