import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { BerthError } from '../../../src/main/errors.ts'
import { readAnthropicAccounts } from '../../../src/main/imports/anthropic-accounts.ts'
import { readRouterConfig } from '../../../src/main/imports/claude-code-router.ts'
import { readDoce } from '../../../src/main/imports/doce.ts'
import { readEnvFile } from '../../../src/main/imports/env-file.ts'
import type { Reading } from '../../../src/main/imports/found.ts'
import type { Guide } from '../../../src/main/imports/guide.ts'
import { readKeyList } from '../../../src/main/imports/key-list.ts'
import { readOpenCode } from '../../../src/main/imports/opencode.ts'
import { readEnvironment } from '../../../src/main/imports/variables.ts'
import type { ImportSource } from '../../../src/preload/imports.ts'
import { openWorld, type World } from './world.ts'

/** Whatever a source holds, its reader answers or says no in a sentence, and no secret is in what is shown of it. */

let world: World
let guide: Guide
beforeAll(async () => {
  world = await openWorld()
  guide = world.guide()
})
afterAll(() => world.close())

const OPTIONS = { numRuns: 400, seed: 1 }

const readers: Readonly<Record<string, (text: string) => Reading>> = {
  opencode: (text) => readOpenCode(text, 'The file', guide),
  'env-file': (text) => readEnvFile(text, guide, undefined),
  'anthropic-accounts': (text) => readAnthropicAccounts(text, 'The file'),
  'claude-code-router': (text) => readRouterConfig(text, 'The file', { guide, env: {} }),
  keys: (text) => readKeyList(text, guide),
}

/** Undefined when the reader refused the text with a sentence of ours. */
function readingOf(read: () => Reading): Reading | undefined {
  try {
    return read()
  } catch (error) {
    expect(error).toBeInstanceOf(BerthError)
    expect(error).toMatchObject({ code: 'bad_request' })
    return undefined
  }
}

const word = fc.constantFrom(
  ...[
    'type',
    'api',
    'oauth',
    'wellknown',
    'key',
    'token',
    'access',
    'refresh',
    'expires',
    'accounts',
    'Providers',
  ],
  ...[
    'name',
    'api_key',
    'api_base_url',
    'https://api.groq.com/v1',
    '__proto__',
    'constructor',
    'anthropic',
    'groq',
  ],
  ...['$HOME', '', 'metadata', 'email', 'OPENAI_API_KEY', 'https://a.example/x'],
)
const anything = fc.anything({
  key: word,
  values: [word, fc.string(), fc.integer(), fc.constant(null)],
  maxDepth: 4,
})

it('never throws anything but a sentence, for texts and for JSON of any shape', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: 'binary', maxLength: 300 }),
        anything.map((one) => JSON.stringify(one) ?? ''),
      ),
      (text) => {
        for (const read of Object.values(readers)) readingOf(() => read(text))
      },
    ),
    OPTIONS,
  )
})

it('never throws for rows of any database', () => {
  const row = fc.dictionary(
    fc.constantFrom(
      'provider_id',
      'auth_type',
      'api_key',
      'api_key_hash',
      'data',
      'oauth_refresh_token',
      'x',
      '__proto__',
    ),
    fc.oneof(
      word,
      fc.string(),
      anything.map((one) => JSON.stringify(one) ?? ''),
    ),
  )
  fc.assert(
    fc.property(fc.array(row), fc.array(row), (settings, connections) => {
      readingOf(() =>
        readDoce({ user_settings: settings, provider_connections: connections }, 'The file', guide),
      )
    }),
    OPTIONS,
  )
})

const hex = fc.stringMatching(/^[0-9a-f]{12}[a-f][0-9][A-Za-z0-9]{26}$/)
const secret = fc
  .tuple(fc.constantFrom('', 'sk-', 'sk-ant-api03-', 'sk-ant-oat01-', 'gsk_', 'gho_', 'AIza'), hex)
  .map((parts) => parts.join(''))

/** Every place of every source that a secret could stand in, also where no secret belongs. */
const places: readonly (readonly [ImportSource['kind'], (one: string) => string])[] = [
  ['opencode', (one) => JSON.stringify({ groq: { type: 'api', key: one } })],
  ['opencode', (one) => JSON.stringify({ [one]: { type: 'api', key: one } })],
  ['opencode', (one) => JSON.stringify({ [one]: { type: 'oauth', refresh: one, access: `${one}a` } })],
  [
    'opencode',
    (one) => JSON.stringify({ openai: { type: 'oauth', refresh: one, access: one, accountId: one } }),
  ],
  [
    'opencode',
    (one) => JSON.stringify({ [`https://a.example/${one}`]: { type: 'wellknown', key: one, token: one } }),
  ],
  ['opencode', (one) => `{"groq": {"type": "api", "key": "${one}"`],
  ['env-file', (one) => `GROQ_API_KEY=${one}\n${one}=1\nOTHER_API_KEY=${one}\nXAI_API_KEY="${one}`],
  ['env-file', (one) => `XAI_API_KEY=$${one}\nMISTRAL_API_KEY=${one} b\nGROQ_API_KEY=\${${one}}`],
  ['env-file', (one) => `GROQ_API_KEY=${one}\nGROQ_BASE_URL=https://u:${one}@b.example/${one}?a=${one}`],
  [
    'anthropic-accounts',
    (one) => JSON.stringify({ accounts: [{ name: one, email: one, refreshToken: one }] }),
  ],
  ['anthropic-accounts', (one) => JSON.stringify({ accounts: { [one]: { apiKey: one } } })],
  [
    'claude-code-router',
    (one) =>
      `{Providers: [{name: '${one}', api_key: '${one}', api_base_url: 'https://u:${one}@c.example/${one}/v1?${one}'}]}`,
  ],
  [
    'claude-code-router',
    (one) => `{Providers: [{api_key: '${one}'}, {api_key: '$X', api_base_url: '${one}'}], ${one}`,
  ],
  ['keys', (one) => `${one}\nname ${one}\n${one}: ${one}\n${one}=${one}\nwords ${one}…\n"${one}`],
]

it.each(places)('shows no secret of %s (%#)', async (kind, make) => {
  await fc.assert(
    fc.asyncProperty(secret, async (one) => {
      const source = { kind, text: make(one) } as ImportSource
      const shown = await world.imports.preview(source).catch((error: unknown) => {
        expect(error).toMatchObject({ code: 'bad_request' })
        return { error: String(error), ...(error as object) }
      })
      expect(JSON.stringify(shown)).not.toContain(one)
      // Nor a good part of it.
      expect(JSON.stringify(shown)).not.toContain(one.slice(-10))
    }),
    { numRuns: 40, seed: 2 },
  )
})

it('shows no secret of an environment, nor in what an import answers', async () => {
  await fc.assert(
    fc.asyncProperty(secret, async (one) => {
      readEnvironment({ [one]: one, A_TOKEN: one, MY_API_KEY: one, GROQ_API_KEY: one }, guide)
      Object.assign(world.env, {
        STRANGE_API_KEY: one,
        GROQ_API_KEY: one,
        AZURE_API_KEY: one,
        AZURE_RESOURCE_NAME: `${one} x`,
      })
      const shown = await world.imports.preview({ kind: 'environment' })
      const { items, notes } = shown
      // Fields are not secret: what stands in one is shown.
      expect(JSON.stringify([items.map((item) => ({ ...item, fields: {} })), notes])).not.toContain(one)
      const choices = Object.fromEntries(items.map(({ id }) => [id, { action: 'add' as const }]))
      expect(JSON.stringify(await world.imports.apply({ kind: 'environment' }, choices))).not.toContain(one)
    }),
    { numRuns: 30, seed: 3 },
  )
})
