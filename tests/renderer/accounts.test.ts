import { describe, expect, it } from 'vitest'
import type { Account, Pin } from '../../src/preload/accounts.ts'
import { directRefusal } from '../../src/renderer/src/features/projects/delivery-words.ts'
import { successorOf } from '../../src/renderer/src/features/providers/account-names.ts'
import { choiceAs, choiceOf, reasonOf } from '../../src/renderer/src/features/providers/choice.ts'
import { consequencesOf, listed } from '../../src/renderer/src/features/providers/consequences.ts'
import { parseModels, writeModels } from '../../src/renderer/src/features/providers/custom-provider.ts'
import { droppedAt, movedBy, sameOrder } from '../../src/renderer/src/features/providers/order.ts'
import { pinAt, placeWords, sortPins } from '../../src/renderer/src/features/providers/pin-words.ts'
import { shownOf } from '../../src/renderer/src/features/providers/use-shown.ts'
import { holdsBack, placeOfVerdict } from '../../src/renderer/src/features/providers/verdicts.ts'
import { timeUntil } from '../../src/renderer/src/lib/format.ts'
import { keepSame } from '../../src/renderer/src/lib/keep-same.ts'
import { project } from './twin/projects.ts'
import { accounts } from './twin/providers.ts'

const NOW = 1_800_000_000_000
const all = accounts(NOW)
const atlas = project(NOW, { id: 'atlas', name: 'atlas-api', state: 'running' })
const names = {
  project: (id: string) => (id === 'atlas' ? 'atlas-api' : undefined),
  model: (id: string) => (id === atlas.modelId ? 'Claude Sonnet' : id),
}
const pin = (accountId: string, place: Partial<Pin>): Pin => ({
  providerId: 'anthropic',
  accountId,
  ...place,
})
const words = { provider: 'Anthropic', model: 'Claude Sonnet' }
const disabled = (id: string): Account[] =>
  all.map((account) => (account.id === id ? { ...account, state: 'disabled' } : account))

describe('one of many accounts', () => {
  it('stays the same object while nothing of it changes', () => {
    const told: Account[] = JSON.parse(JSON.stringify(all))
    expect(keepSame(all, told)).toBe(all)
    const changed = told.map((one) => (one.id === 'a2' ? { ...one, label: 'new' } : one))
    const kept = keepSame(all, changed)
    expect(kept.filter((one, index) => one === all[index])).toHaveLength(all.length - 1)
    expect(kept.find((one) => one.id === 'a2')?.label).toBe('new')
    expect(keepSame(all, changed.slice(1)).map((one) => one.id)).toEqual(all.slice(1).map((one) => one.id))
    expect(keepSame(all, told.toReversed()).map((one) => one.id)).toEqual(
      all.toReversed().map((one) => one.id),
    )
    expect(keepSame(undefined, told)).toBe(told)
  })

  it('is shown at once if it is among the first, is active, or is asked for', () => {
    const like = all.slice(0, 1)
    const many = Array.from({ length: 50 }, (_, index) =>
      like.map((one) => ({ ...one, id: `m${index}`, active: index === 40 })),
    ).flat()
    expect(shownOf(many, 3, 'm30').map((one) => one.id)).toEqual(['m0', 'm1', 'm2', 'm30', 'm40'])
    expect(shownOf(many, 50, undefined)).toBe(many)
  })
})

describe('the account a project uses', () => {
  const inProject = pin('a2', { projectId: 'atlas' })
  const forModel = pin('a3', { modelId: atlas.modelId })
  const both = pin('a1', { projectId: 'atlas', modelId: atlas.modelId })

  it('is told for another choice before it is saved, with the pins for its model', () => {
    const pinned = { ...atlas, accountId: 'a2' }
    const asChosen = (id: string | undefined, pins: Pin[]) => {
      const { account, by } = choiceAs(pinned, id, all, pins)
      return [account?.id, by]
    }
    const elsewhere = pin('a2', { modelId: atlas.modelId })
    expect(asChosen(undefined, [inProject])).toEqual(['a1', 'active'])
    expect(asChosen(undefined, [inProject, elsewhere])).toEqual(['a2', 'model'])
    expect(asChosen('a1', [inProject])).toEqual(['a1', 'project'])
    const here = pin('a2', { projectId: 'atlas', modelId: atlas.modelId })
    expect(asChosen('a1', [here])).toEqual(['a2', 'project-model'])
  })

  it('is that of the narrowest pin, else the active one', () => {
    const of = (pins: Pin[]) => choiceOf(atlas, all, pins)
    expect([of([]).account?.id, of([]).by]).toEqual(['a1', 'active'])
    expect([of([inProject]).account?.id, of([inProject]).by]).toEqual(['a2', 'project'])
    expect(of([inProject, both]).by).toBe('project-model')
    expect(of([pin('a2', { modelId: atlas.modelId })]).by).toBe('model')
    expect(of([pin('a2', { modelId: 'another' })]).by).toBe('active')
    expect(of([pin('a2', { projectId: 'another' })]).by).toBe('active')
    expect(of([forModel]).by, 'an account of another provider serves nothing here').toBe('active')
    expect(choiceOf({ ...atlas, accountId: 'a2' }, all, []).by).toBe('project')
    expect(choiceOf({ ...atlas, providerId: 'groq' }, all, []).account).toBeUndefined()
  })

  it('passes over a pinned account that is disabled, and says so', () => {
    const choice = choiceOf(atlas, disabled('a2'), [inProject])
    expect(choice.account?.id).toBe('a1')
    expect(reasonOf(choice, words)).toBe(
      'work / team key is the active account of Anthropic. home / own key is pinned for this project, but is disabled, so it is passed over.',
    )
  })

  it('is explained in words', () => {
    expect(reasonOf(choiceOf(atlas, all, [both]), words)).toBe(
      'work / team key is pinned for Claude Sonnet in this project.',
    )
    expect(
      reasonOf(choiceOf({ ...atlas, providerId: 'groq' }, all, []), { provider: 'Groq', model: 'x' }),
    ).toBe('Groq has no account that can be used.')
  })
})

describe('pins', () => {
  it('say where they hold', () => {
    expect(placeWords({ projectId: 'atlas' }, names)).toBe('for atlas-api')
    expect(placeWords({ modelId: atlas.modelId }, names)).toBe('for Claude Sonnet in every project')
    expect(placeWords({ projectId: 'atlas', modelId: 'x' }, names)).toBe('for x in atlas-api')
    expect(placeWords({ projectId: 'zzz' }, names)).toBe('for a project that is gone')
  })

  it('are found by their place, and the narrow ones come first', () => {
    const pins = [
      pin('a1', { modelId: 'x' }),
      pin('a2', { projectId: 'atlas' }),
      pin('a1', { projectId: 'atlas', modelId: 'x' }),
    ]
    expect(sortPins(pins, names).map((one) => placeWords(one, names))).toEqual([
      'for x in atlas-api',
      'for atlas-api',
      'for x in every project',
    ])
    expect(pinAt(pins, { providerId: 'anthropic', projectId: 'atlas' })?.accountId).toBe('a2')
    expect(pinAt(pins, { providerId: 'openai', projectId: 'atlas' })).toBeUndefined()
  })
})

describe('the order of a pool', () => {
  const ids = ['a', 'b', 'c']
  it('changes by steps, and not past its ends', () => {
    expect(movedBy(ids, 'b', -1)).toEqual(['b', 'a', 'c'])
    expect(movedBy(ids, 'a', -1)).toEqual(ids)
    expect(movedBy(ids, 'b', 5)).toEqual(['a', 'c', 'b'])
    expect(movedBy(ids, 'z', 1)).toEqual(ids)
  })

  it('changes by dropping one before or after another', () => {
    expect(droppedAt(ids, 'a', { id: 'c', after: true })).toEqual(['b', 'c', 'a'])
    expect(droppedAt(ids, 'a', { id: 'c', after: false })).toEqual(['b', 'a', 'c'])
    expect(droppedAt(ids, 'c', { id: 'a', after: false })).toEqual(['c', 'a', 'b'])
    expect(droppedAt(ids, 'a', { id: 'a', after: true })).toEqual(ids)
    expect([sameOrder(ids, ['a', 'b', 'c']), sameOrder(ids, ['a', 'c', 'b']), sameOrder(ids, ['a'])]).toEqual(
      [true, false, false],
    )
  })

  it('gives the next account that can be used', () => {
    const [first] = all
    if (first === undefined) throw new Error('an account is needed')
    expect(successorOf(first, all)?.id).toBe('a2')
    const last = { ...first, position: 9 }
    expect(successorOf(last, [...all.filter((one) => one.id !== 'a1'), last])?.id).toBe('a2')
    expect(successorOf(first, disabled('a2'))).toBeUndefined()
  })
})

describe('disconnecting an account', () => {
  const [work] = all
  if (work === undefined) throw new Error('an account is needed')
  const around = { accounts: all, pins: [], projects: [atlas], names, provider: 'Anthropic' }

  it('says which pins and projects it touches', () => {
    const pins = [pin('a1', { modelId: 'x' }), pin('a1', { projectId: 'atlas' })]
    expect(consequencesOf(work, { ...around, pins })).toEqual([
      'It is pinned for x in every project and for atlas-api. Those pins go with it.',
      'home / own key becomes the active account of Anthropic.',
      'atlas-api uses work / team key now, and another account from the next request on.',
    ])
  })

  it('says that requests will fail when there is no other', () => {
    expect(consequencesOf(work, { ...around, accounts: [work] })).toEqual([
      'atlas-api uses it now, and no other account can be used: requests fail until you connect one.',
    ])
  })

  it('says nothing where nothing follows', () => {
    const other = all.find((account) => account.id === 'a2') ?? work
    expect(consequencesOf(other, around)).toEqual([])
  })

  it('lists names as a person does', () => {
    expect([listed([]), listed(['a']), listed(['a', 'b', 'c'])]).toEqual(['', 'a', 'a, b and c'])
    expect(listed(['1', '2', '3', '4', '5', '6', '7', '8'])).toBe('1, 2, 3, 4, 5 and 3 more')
  })
})

describe('words of a test', () => {
  it('hold back only what speaks against the key', () => {
    const held = ['wrong_key', 'no_credit', 'unreachable', 'wrong_region', 'forbidden'] as const
    expect(held.filter((verdict) => holdsBack({ verdict }))).toEqual([...held])
    expect(
      (['good', 'rate_limited', 'unclear'] as const).filter((verdict) => holdsBack({ verdict })),
    ).toEqual([])
  })

  it('stand at the field they are about', () => {
    expect([
      placeOfVerdict('revoked'),
      placeOfVerdict('wrong_region'),
      placeOfVerdict('unreachable'),
    ]).toEqual(['key', 'fields', 'form'])
  })
})

describe('small words', () => {
  it('gives the real key of API keys alone', () => {
    expect(directRefusal(undefined)).toBeUndefined()
    expect(directRefusal({ type: 'api' })).toBeUndefined()
    expect(directRefusal({ type: 'oauth' })).toMatch(/Only API keys/)
  })

  it('writes a time to come', () => {
    const until = (ms: number) => timeUntil(NOW + ms, NOW)
    expect([until(30_000), until(3 * 3_600_000), until(5 * 86_400_000), until(-4 * 60_000)]).toEqual([
      'in 1 min',
      'in 3 h',
      'in 5 days',
      '4 min ago',
    ])
  })

  it('reads back the models it writes', () => {
    const models = [
      { id: 'a', name: 'a' },
      { id: 'b', name: 'Model B' },
    ]
    expect(parseModels(writeModels(models))).toEqual(models)
  })
})
