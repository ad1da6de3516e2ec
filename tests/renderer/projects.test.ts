import { describe, expect, it } from 'vitest'
import { withRoute } from '../../src/renderer/src/features/projects/inspector-store.ts'
import { defaultModel, modelHint, sortModels } from '../../src/renderer/src/features/projects/models.ts'
import {
  createNewProjectStore,
  creationOf,
  EMPTY,
  fieldOf,
} from '../../src/renderer/src/features/projects/new-project-store.ts'
import { sortProjects } from '../../src/renderer/src/features/projects/project-states.ts'
import { linesOf, outcomeOf } from '../../src/renderer/src/features/projects/routes.ts'
import { progressPart, progressWords, stepsShown } from '../../src/renderer/src/features/projects/steps.ts'
import { freeLabel, offeredProviders } from '../../src/renderer/src/features/providers/account-names.ts'
import { cardsOf } from '../../src/renderer/src/features/providers/cards.ts'
import { idOf, parseModels } from '../../src/renderer/src/features/providers/custom-provider.ts'
import { formatPlace, parsePlace } from '../../src/renderer/src/features/shell/route-store.ts'
import { memoryStorage } from './memory-storage.ts'
import { pipeline, project, routes } from './twin/projects.ts'
import { accounts, modelsOf, providers } from './twin/providers.ts'

const NOW = 1_700_000_000_000

describe('projects', () => {
  it('come in the order in which they need the user', () => {
    const make = (id: string, state: Parameters<typeof project>[1]['state'], ago: number) =>
      project(NOW, { id, name: id, state, lastActivityAt: NOW - ago })
    const sorted = sortProjects([
      make('old', 'stopped', 9),
      make('run', 'running', 5),
      make('new', 'stopped', 1),
      make('ask', 'waiting', 8),
      make('bad', 'failed', 7),
      make('work', 'working', 2),
    ])
    expect(sorted.map((one) => one.id)).toEqual(['bad', 'ask', 'work', 'run', 'new', 'old'])
  })

  it('show their steps while they start, and after a start that failed', () => {
    const failed = pipeline(NOW, 'p', 1, { state: 'failed' })
    expect(stepsShown(project(NOW, { id: 'p', name: 'p', state: 'starting' }), null)).toBe(true)
    expect(stepsShown(project(NOW, { id: 'p', name: 'p', state: 'failed' }), failed)).toBe(true)
    expect(stepsShown(project(NOW, { id: 'p', name: 'p', state: 'failed' }), pipeline(NOW, 'p', 5))).toBe(
      false,
    )
    expect(stepsShown(project(NOW, { id: 'p', name: 'p', state: 'stopped' }), failed)).toBe(false)
  })

  it('say how far a step is in its own unit', () => {
    const part = { text: '', unit: 'bytes', done: 37_000_000, total: 74_000_000 } as const
    expect(progressWords(part)).toBe('37.0 MB of 74.0 MB')
    expect(progressPart(part)).toBe(0.5)
    expect(progressWords({ text: '', unit: 'seconds', done: 3.4, total: 60 })).toBe('3 s of 60 s')
    expect(progressPart({ text: '', unit: 'bytes', done: 5 })).toBeUndefined()
  })
})

describe('a new project', () => {
  const choices = {
    runtime: 'docker',
    image: 'debian:bookworm-slim',
    providerId: 'anthropic',
    modelId: 'm',
  } as const
  it('leaves out what was not filled in', () => {
    const draft = { ...EMPTY, folder: ' /srv/a ', name: ' a ' }
    expect(creationOf(draft, choices)).toEqual({
      folder: '/srv/a',
      name: 'a',
      providerId: 'anthropic',
      modelId: 'm',
      runtime: 'docker',
      image: 'debian:bookworm-slim',
    })
    expect(
      creationOf({ ...draft, prompt: ' go ', accountId: 'a1' }, { ...choices, runtime: 'process' }),
    ).toEqual({
      folder: '/srv/a',
      name: 'a',
      providerId: 'anthropic',
      modelId: 'm',
      runtime: 'process',
      prompt: 'go',
      accountId: 'a1',
    })
    // The main side's own default is not said again.
    expect(creationOf({ ...draft, egress: 'listed' }, choices)).toMatchObject({ egress: 'listed' })
  })

  it('is kept until it is made, and an unreadable one is not taken over', () => {
    const storage = memoryStorage()
    createNewProjectStore(storage).getState().change({ folder: '/srv/a', prompt: 'go' })
    expect(createNewProjectStore(storage).getState().draft).toMatchObject({
      folder: '/srv/a',
      prompt: 'go',
      name: '',
    })
    storage.setItem('berth.new-project', '{"folder":7}')
    expect(createNewProjectStore(storage).getState().draft).toEqual(EMPTY)
  })

  it('shows an error at the field it is about', () => {
    expect(
      ['folder_missing', 'image_not_found', 'unknown_model', 'engine_denied', 'internal'].map(fieldOf),
    ).toEqual(['folder', 'image', 'model', 'runtime', 'form'])
  })
})

describe('requests', () => {
  it('are changed in place, and new ones come first', () => {
    const [first, second] = routes(NOW, 'p')
    if (first === undefined || second === undefined) throw new Error('two routes are needed')
    expect(withRoute([first, second], { ...second, status: 200 }).map((one) => one.status)).toEqual([
      200, 200,
    ])
    expect(withRoute([second], first).map((one) => one.id)).toEqual([first.id, second.id])
  })

  it('stand before the other connections, which are one line until it is opened', () => {
    const kinds = (open: boolean) => linesOf(routes(NOW, 'p'), open).map((line) => `${line.kind} ${line.id}`)
    expect(kinds(false)).toEqual(['request r1', 'request r2', 'request r4', 'others others'])
    expect(kinds(true)).toEqual([...kinds(false), 'other r3'])
    expect(linesOf([], true)).toEqual([])
  })

  it('say how they ended in a word, and call nothing trouble that is none', () => {
    const [sent, limited, tunnelled, refused] = routes(NOW, 'p')
    if (!sent || !limited || !tunnelled || !refused) throw new Error('four routes are needed')
    const { status: _none, ...running } = sent
    expect(
      [
        sent,
        limited,
        tunnelled,
        refused,
        running,
        { ...tunnelled, outcome: 'failed' as const, status: 502 },
      ].map(outcomeOf),
    ).toEqual([
      { word: '200', tone: 'ok' },
      { word: '429', tone: 'trouble' },
      { word: 'not read', tone: 'muted' },
      { word: 'refused', tone: 'trouble' },
      { word: 'under way', tone: 'muted' },
      { word: 'failed', tone: 'muted' },
    ])
    expect(outcomeOf({ ...sent, outcome: 'failed', status: 502 }).tone).toBe('trouble')
  })
})

describe('providers and accounts', () => {
  it('offers connected providers first, then the popular ones', () => {
    const offered = offeredProviders(providers(), accounts(NOW)).map((one) => one.id)
    expect(offered.slice(0, 6)).toEqual(['anthropic', 'openrouter', 'azure', 'lab', 'openai', 'google'])
  })

  it('shows a card for what is connected or the user made', () => {
    const cards = cardsOf(providers(), accounts(NOW))
    expect(cards.map((card) => card.provider.id)).toEqual([
      'anthropic',
      'azure',
      'glass-house',
      'lab',
      'openrouter',
    ])
    expect(cards.filter((card) => card.gone).map((card) => card.accounts.length)).toEqual([1])
    const shuffled = accounts(NOW).toReversed()
    expect(cardsOf(providers(), shuffled)[0]?.accounts.map((one) => one.id)).toEqual(['a1', 'a2', 'a5'])
    expect(cardsOf(providers(), []).map((card) => card.provider.id)).toEqual(['lab'])
  })

  it('suggests a label that is free', () => {
    expect(freeLabel([], 'x')).toBe('main')
    expect(
      freeLabel(
        [
          { providerId: 'x', label: 'main' },
          { providerId: 'x', label: 'main 2' },
        ],
        'x',
      ),
    ).toBe('main 3')
    expect(freeLabel([{ providerId: 'y', label: 'main' }], 'x')).toBe('main')
  })

  it('reads the models of an own server, one a line', () => {
    expect(parseModels('a\n\n b  Model B \na again')).toEqual([
      { id: 'a', name: 'a' },
      { id: 'b', name: 'Model B' },
    ])
    expect([idOf('Lab Server (GPU)'), idOf(' ..x '), idOf('***')]).toEqual(['lab-server-gpu', 'x', ''])
  })
})

describe('models', () => {
  it('come newest first, and the default one can use tools', () => {
    expect(sortModels(modelsOf('anthropic'))[0]?.id).toBe('claude-sonnet-4-8')
    const [sonnet] = sortModels(modelsOf('anthropic'))
    if (sonnet === undefined) throw new Error('a model is needed')
    expect(defaultModel([{ ...sonnet, id: 'new', tools: false, releasedOn: '2027-01-01' }, sonnet])?.id).toBe(
      sonnet.id,
    )
    expect(defaultModel([])).toBeUndefined()
    expect(modelHint(sonnet)).toBe('200k · $3 / $15')
  })
})

describe('addresses', () => {
  it('read back as they were written', () => {
    for (const place of [
      { page: 'projects' },
      { page: 'new-project' },
      { page: 'project', projectId: 'a b' },
      { page: 'providers', accountId: 'a/1' },
      { page: 'add-provider', providerId: 'openai' },
      { page: 'add-provider', providerId: 'openai', first: true },
      { page: 'add-provider', first: true },
      { page: 'settings' },
      { page: 'settings', part: 'hosts' },
    ] as const)
      expect(parsePlace(formatPlace(place))).toEqual(place)
    expect(parsePlace('#/nowhere')).toEqual({ page: 'projects' })
    expect(parsePlace('#/settings/nowhere')).toEqual({ page: 'settings' })
  })
})
