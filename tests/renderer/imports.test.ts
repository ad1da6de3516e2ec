import { describe, expect, it } from 'vitest'
import type { Account } from '../../src/preload/accounts.ts'
import type { BerthBridge, Envelope } from '../../src/preload/contract.ts'
import type { ImportItem, ImportPreview } from '../../src/preload/imports.ts'
import type { Provider } from '../../src/preload/shapes.ts'
import {
  choicesOf,
  type Drafts,
  draftsOf,
  freeLabel,
  groupsOf,
  problemsOf,
} from '../../src/renderer/src/features/imports/import-drafts.ts'
import {
  fieldOfError,
  type ImportForm,
  isProblem,
  sourceOf,
  tooLarge,
} from '../../src/renderer/src/features/imports/import-sources.ts'
import { createImportsStore } from '../../src/renderer/src/features/imports/imports-store.ts'
import { resultWords } from '../../src/renderer/src/features/imports/result-view.tsx'

const FORM: ImportForm = { path: '', text: '', file: undefined, passphrase: '' }

const item = (given: Partial<ImportItem> & Pick<ImportItem, 'id'>): ImportItem => ({
  candidates: [],
  namespace: '',
  label: 'main',
  type: 'api',
  preview: '…0000',
  fields: {},
  place: 'line 1',
  state: 'new',
  providerId: 'groq',
  ...given,
})

const account = (given: Partial<Account> & Pick<Account, 'id'>): Account => ({
  providerId: 'groq',
  namespace: '',
  label: 'main',
  type: 'api',
  preview: '…1111',
  fields: {},
  state: 'connected',
  active: true,
  position: 0,
  createdAt: 0,
  ...given,
})

const provider = (id: string, fields: Provider['fields'] = []): Provider => ({
  id,
  name: id,
  rank: 1,
  env: [],
  methods: [],
  fields,
  modelCount: 1,
  custom: false,
})

const AZURE = provider('azure', [{ name: 'RESOURCE', label: 'Resource name', required: true }])
const KNOWN = { accounts: [] as Account[], providers: [provider('groq'), provider('deepseek'), AZURE] }

const changed = (drafts: Drafts, id: string, part: Partial<Drafts[string]>): Drafts => {
  const draft = drafts[id]
  if (draft === undefined) throw new Error(`no draft ${id}`)
  return { ...drafts, [id]: { ...draft, ...part } }
}

describe('the source of an import', () => {
  it('is what the form says, and a dropped file goes before a path', () => {
    const file = { name: 'auth.json', size: 2, content: '{}' }
    expect(sourceOf('opencode', { ...FORM, path: ' /a ', file })).toEqual({ kind: 'opencode', text: '{}' })
    expect(sourceOf('opencode', { ...FORM, path: ' /a ' })).toEqual({ kind: 'opencode', path: '/a' })
    expect(sourceOf('opencode', FORM)).toEqual({ kind: 'opencode' })
    expect(sourceOf('environment', FORM)).toEqual({ kind: 'environment' })
    expect(sourceOf('doce', { ...FORM, path: '/d.sqlite' })).toEqual({ kind: 'doce', path: '/d.sqlite' })
    expect(sourceOf('berth', { ...FORM, file, passphrase: 'p w' })).toEqual({
      kind: 'berth',
      file: '{}',
      passphrase: 'p w',
    })
  })

  it('says what it lacks, at the field that lacks it', () => {
    const field = (...given: Parameters<typeof sourceOf>) => {
      const source = sourceOf(...given)
      return isProblem(source) ? source.field : undefined
    }
    expect(field('keys', { ...FORM, text: ' \n' })).toBe('text')
    expect(field('env-file', FORM)).toBe('path')
    expect(field('doce', FORM)).toBe('path')
    expect(field('berth', { ...FORM, path: '/x.age' })).toBe('passphrase')
  })

  it('puts an error where it belongs', () => {
    expect(fieldOfError('berth', 'wrong_passphrase')).toBe('passphrase')
    expect(fieldOfError('keys', 'bad_request')).toBe('text')
    expect(fieldOfError('env-file', 'not_found')).toBe('path')
    expect(fieldOfError('environment', 'bad_request')).toBeUndefined()
    expect(fieldOfError('env-file', 'internal')).toBeUndefined()
  })

  it('refuses a file by its size before it is read', () => {
    expect(tooLarge('opencode', 'auth.json', 4_000_000)).toBeUndefined()
    expect(tooLarge('opencode', 'auth.json', 4_000_001)).toContain('auth.json is larger than 4 MB')
    expect(tooLarge('berth', 'x.age', 5_000_000)).toBeUndefined()
  })
})

describe('what is chosen of a preview', () => {
  const items = [
    item({ id: 'n' }),
    item({ id: 'c', state: 'conflict', existingId: 'a1', label: 'team' }),
    item({ id: 'u', state: 'unsure', label: 'found', providerId: undefined }),
    item({ id: 's', state: 'same' }),
    item({ id: 'r', state: 'refused', reason: 'no' }),
  ]

  it('takes new ones and leaves all others until the user says so', () => {
    const drafts = draftsOf(items)
    expect(choicesOf(items, drafts)).toEqual({
      n: { action: 'add', namespace: '', label: 'main', fields: {} },
      c: { action: 'skip' },
      u: { action: 'skip' },
    })
  })

  it('leaves a login until the user says so, as taking it signs the other tool out', () => {
    const login = [item({ id: 'o', type: 'oauth' })]
    expect(choicesOf(login, draftsOf(login))).toEqual({ o: { action: 'skip' } })
    const taken = changed(draftsOf(login), 'o', { action: 'add' })
    expect(choicesOf(login, taken)).toMatchObject({ o: { action: 'add' } })
  })

  it('sends what the user changed, without blanks, and the provider only where it was not known', () => {
    let drafts = changed(draftsOf(items), 'n', { label: ' mine ', fields: { A: ' x ', B: ' ' } })
    drafts = changed(drafts, 'c', { action: 'replace' })
    drafts = changed(drafts, 'u', { action: 'add', providerId: 'deepseek' })
    expect(choicesOf(items, drafts)).toEqual({
      n: { action: 'add', namespace: '', label: 'mine', fields: { A: 'x' } },
      c: { action: 'replace' },
      u: { action: 'add', namespace: '', label: 'found', fields: {}, providerId: 'deepseek' },
    })
  })

  it('wants a provider, a label, a name of its own and the fields its vendor needs', () => {
    const known = { ...KNOWN, accounts: [account({ id: 'a1', label: 'team' }), account({ id: 'a2' })] }
    const azure = item({ id: 'z', providerId: 'azure' })
    const all = [...items, azure, item({ id: 'n2', label: 'twin' }), item({ id: 'n3', label: 'twin ' })]
    let drafts = changed(draftsOf(all), 'u', { action: 'add' })
    drafts = changed(drafts, 'c', { action: 'add' })
    const found = problemsOf(all, drafts, known)
    expect(Object.fromEntries(Object.entries(found).map(([id, { field }]) => [id, field]))).toEqual({
      n: 'label',
      c: 'label',
      u: 'provider',
      z: 'fields',
      n2: 'label',
      n3: 'label',
    })
    expect(found.z?.message).toBe('Resource name is needed.')
    const mended = changed(changed(drafts, 'z', { fields: { RESOURCE: 'r' } }), 'n', { label: ' ' })
    expect(problemsOf(all, mended, known).z).toBeUndefined()
    expect(problemsOf(all, mended, known).n?.message).toBe('A label is needed.')
  })

  it('lets an account take its own lost secret back under its name', () => {
    const lost = item({ id: 'n', existingId: 'a2' })
    const known = { ...KNOWN, accounts: [account({ id: 'a2' })] }
    expect(problemsOf([lost], draftsOf([lost]), known)).toEqual({})
  })

  it('finds a free label among the accounts of that provider alone', () => {
    const draft = { action: 'add', providerId: 'groq', namespace: '', label: 'main', fields: {} } as const
    const here = [account({ id: '1' }), account({ id: '2', label: 'main 2' })]
    expect(freeLabel(draft, here)).toBe('main 3')
    expect(freeLabel({ ...draft, providerId: 'azure' }, here)).toBe('main')
  })

  it('groups what needs a word first, and leaves empty groups out', () => {
    expect(groupsOf(items).map((group) => [group.id, group.items.map((one) => one.id)])).toEqual([
      ['decide', ['c', 'u']],
      ['new', ['n']],
      ['same', ['s']],
      ['refused', ['r']],
    ])
    expect(groupsOf([])).toEqual([])
  })
})

it('says what became of it', () => {
  const words = (...outcomes: ('added' | 'replaced' | 'skipped' | 'refused')[]) =>
    resultWords({ items: outcomes.map((outcome, index) => ({ id: String(index), outcome })) })
  expect(words('added', 'added', 'replaced', 'skipped')).toBe('2 accounts added, 1 replaced, 1 left.')
  expect(words('skipped', 'skipped')).toBe('Nothing was changed: 2 left.')
  expect(words('added', 'refused')).toBe('1 account added, 1 refused.')
  expect(words()).toBe('Nothing was changed.')
})

/** A bridge whose answers are given by hand. */
function createDesk() {
  const calls: { method: string; input: unknown; answer: (envelope: Envelope<unknown>) => void }[] = []
  const bridge = {
    invoke: (method: string, input: unknown) =>
      new Promise((answer) => {
        calls.push({ method, input, answer })
      }),
    on: () => () => {},
    onConnection: () => () => {},
  } as unknown as BerthBridge
  return { calls, store: createImportsStore(bridge) }
}

const PREVIEW: ImportPreview = { source: 'the pasted keys', items: [item({ id: 'n' })], notes: [] }

describe('the assistant', () => {
  it('keeps what was typed when a look fails, and forgets it once it was brought in', async () => {
    const { calls, store } = createDesk()
    store.getState().choose('keys')
    store.getState().change({ text: 'gsk_abc' })
    const failed = store.getState().look()
    calls[0]?.answer({ ok: false, error: { code: 'bad_request', message: 'No key in it.' } })
    await failed
    expect(store.getState().form.text).toBe('gsk_abc')
    expect(store.getState().error?.message).toBe('No key in it.')

    const looked = store.getState().look()
    calls[1]?.answer({ ok: true, value: PREVIEW })
    await looked
    const applied = store.getState().apply()
    expect(calls[2]?.input).toMatchObject({ source: { kind: 'keys', text: 'gsk_abc' } })
    calls[2]?.answer({ ok: true, value: { added: 1, replaced: 0, skipped: 0, items: [] } })
    await new Promise((done) => setTimeout(done))
    expect(store.getState().form.text).toBe('')
    expect(store.getState().result?.added).toBe(1)
    calls[3]?.answer({ ok: true, value: [] })
    await applied
  })

  it('shows no late answer to a source that was given up', async () => {
    const { calls, store } = createDesk()
    store.getState().choose('environment')
    const looked = store.getState().look()
    store.getState().choose(undefined)
    calls[0]?.answer({ ok: true, value: PREVIEW })
    await looked
    expect(store.getState().preview).toBeUndefined()
    expect(store.getState().busy).toBeUndefined()
  })

  it('goes back to the form as it was, and forgets all on reset', async () => {
    const { calls, store } = createDesk()
    store.getState().choose('keys')
    store.getState().change({ text: 'gsk_abc' })
    const looked = store.getState().look()
    calls[0]?.answer({ ok: true, value: PREVIEW })
    await looked
    store.getState().back()
    expect(store.getState()).toMatchObject({ kind: 'keys', form: { text: 'gsk_abc' }, preview: undefined })
    store.getState().reset()
    expect(store.getState()).toMatchObject({ kind: undefined, form: { text: '' } })
  })

  it('asks nothing of the main side while something is missing', () => {
    const { calls, store } = createDesk()
    store.getState().choose('env-file')
    void store.getState().look()
    expect(calls).toEqual([])
    expect(store.getState().missing?.field).toBe('path')
  })
})
