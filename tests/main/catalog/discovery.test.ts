import { resolve } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { createCatalog } from '../../../src/main/catalog/catalog.ts'
import { createDiscovery, type Discovery } from '../../../src/main/catalog/discovery.ts'
import type { Catalog, DiscoveringProvider, NamedModel } from '../../../src/main/catalog/types.ts'
import { type Database, openDatabase } from '../../../src/main/db/database.ts'
import { BerthError } from '../../../src/main/errors.ts'
import { silentLog } from '../../../src/main/log/log.ts'
import { provider as providerShape } from '../../../src/preload/shapes.ts'

const snapshotFile = resolve(import.meta.dirname, '../../../resources/catalog.json')
const DAY = 24 * 60 * 60 * 1000
const mine = { id: 'box', name: 'Box', baseUrl: 'http://localhost:1234/v1', models: [], discover: true }
const model = (id: string, name = id): NamedModel => ({ id, name })

interface Asked {
  readonly provider: DiscoveringProvider
  answer(models: readonly NamedModel[]): void
  fail(error: Error): void
}

let time: number
let db: Database
let catalog: Catalog
let discovery: Discovery
let asked: Asked[]
let changes: (readonly [string, boolean])[]

beforeEach(() => {
  time = 5 * DAY
  db = openDatabase(':memory:')
  catalog = createCatalog({ db, snapshotFile, now: () => time })
  asked = []
  changes = []
  discovery = createDiscovery({
    catalog,
    ask: (provider) => {
      const { promise, resolve: answer, reject: fail } = Promise.withResolvers<readonly NamedModel[]>()
      asked.push({ provider, answer, fail })
      return promise
    },
    now: () => time,
    onChange: ({ id }, models) => changes.push([id, models]),
    log: silentLog(),
  })
})

const ids = () => catalog.models('box').map(({ id }) => id)
const state = () => catalog.provider('box').discovery
const down = () => new BerthError('provider_unreachable', 'localhost:1234 refused the connection. Start it.')

/** Saved, asked once, answered with these. */
async function found(...models: readonly NamedModel[]): Promise<void> {
  catalog.saveCustom(mine)
  const done = discovery.refresh('box')
  asked.at(-1)?.answer(models)
  await done
  asked.length = 0
}

describe('a provider that asks its server', () => {
  it('needs no model typed in, and is in the contract’s shape before and after an answer', async () => {
    catalog.saveCustom(mine)
    expect(state()).toEqual({ stale: true })
    expect(providerShape.parse(catalog.provider('box'))).toMatchObject({ modelCount: 0 })
    await found(model('a'), model('b', 'Bee'))
    expect(state()).toEqual({ stale: false, fetchedAt: time })
    expect(providerShape.parse(catalog.provider('box'))).toMatchObject({ modelCount: 2 })
    expect(catalog.model('box', 'b').name).toBe('Bee')
    expect(catalog.custom()).toMatchObject([{ id: 'box', models: [model('a'), model('b', 'Bee')] }])
  })

  it('has what was typed in first, and a typed name goes before the server’s', async () => {
    catalog.saveCustom({ ...mine, models: [model('own'), model('a', 'My A')] })
    const done = discovery.refresh('box')
    asked[0]?.answer([model('a'), model('b')])
    await done
    expect(catalog.models('box').map(({ id, name }) => [id, name])).toEqual([
      ['own', 'own'],
      ['a', 'My A'],
      ['b', 'b'],
    ])
  })

  it('does not take for typed what a form was filled with from the server', async () => {
    const models = [model('own'), model('a'), model('b')]
    catalog.saveCustom({ ...mine, models })
    let done = discovery.refresh('box')
    asked[0]?.answer([model('a'), model('b')])
    await done
    catalog.saveCustom({ ...mine, name: 'Renamed', models })
    done = discovery.refresh('box')
    asked[1]?.answer([model('b')])
    await done
    expect(ids()).toEqual(['own', 'b'])
  })

  it('keeps its list over a restart of Berth', async () => {
    await found(model('a'))
    const again = createCatalog({ db, snapshotFile, now: () => time })
    expect(again.models('box').map(({ id }) => id)).toEqual(['a'])
    expect(again.provider('box').discovery).toEqual({ stale: false, fetchedAt: time })
  })

  it('forgets the list with a new address, without discovery, and when it is removed', async () => {
    await found(model('a'))
    catalog.saveCustom({ ...mine, baseUrl: 'http://localhost:9999/v1' })
    expect([ids(), state()]).toEqual([[], { stale: true }])
    await found(model('a'))
    catalog.saveCustom({ ...mine, discover: false, models: [model('typed')] })
    expect([ids(), state()]).toEqual([['typed'], undefined])
    await found(model('a'))
    catalog.removeCustom('box')
    catalog.saveCustom(mine)
    expect(ids()).toEqual([])
  })

  it('keeps the list when its server fails, says why, and forgets that with the next answer', async () => {
    await found(model('a'))
    const failing = discovery.refresh('box')
    asked[0]?.fail(down())
    await failing
    expect(ids()).toEqual(['a'])
    expect(state()).toEqual({ stale: false, fetchedAt: time, problem: down().message })
    const mending = discovery.refresh('box')
    asked[1]?.answer([model('c')])
    await mending
    expect([ids(), state()]).toEqual([['c'], { stale: false, fetchedAt: time }])
  })

  it('shows a problem also when there was no list yet', async () => {
    catalog.saveCustom(mine)
    const failing = discovery.refresh('box')
    asked[0]?.fail(down())
    await failing
    expect(state()).toEqual({ stale: true, problem: down().message })
  })

  it('survives a list in the database that makes no sense: it is asked anew', async () => {
    await found(model('a'))
    db.prepare('UPDATE discovered_models SET models = ?').run('{"no":"list"}')
    const again = createCatalog({ db, snapshotFile, now: () => time })
    expect(again.providers().length).toBeGreaterThan(200)
    expect(again.provider('box').discovery).toEqual({ stale: true })
  })
})

describe('asking in the background', () => {
  it('starts when the list is a day old; the old one serves until the answer is there', async () => {
    await found(model('a'))
    time += DAY - 1
    discovery.refreshStale()
    expect(asked).toHaveLength(0)
    time += 1
    discovery.refreshStale()
    expect(asked).toHaveLength(1)
    expect([ids(), state()?.stale]).toEqual([['a'], true])
    asked[0]?.answer([model('b')])
    await discovery.idle()
    expect([ids(), state()?.stale]).toEqual([['b'], false])
    expect(changes).toEqual([['box', true]])
  })

  it('tells of a new list, a problem and its end, and of nothing when nothing changed', async () => {
    await found(model('a'))
    for (const [outcome, told] of [
      [[model('a')], ['box', false]],
      [down(), ['box', false]],
      [down(), undefined],
      [[model('a')], ['box', false]],
    ] as const) {
      changes.length = 0
      time += DAY
      discovery.refreshStale()
      const last = asked.at(-1)
      if (outcome instanceof Error) last?.fail(outcome)
      else last?.answer(outcome)
      await discovery.idle()
      expect(changes).toEqual(told === undefined ? [] : [told])
    }
  })

  it('asks one server once at a time, also when somebody waits for it', async () => {
    catalog.saveCustom(mine)
    discovery.refreshStale()
    discovery.refreshStale()
    const waiting = [discovery.refresh('box'), discovery.refresh('box')]
    expect(asked).toHaveLength(1)
    asked[0]?.answer([model('a')])
    await Promise.all(waiting)
    expect(ids()).toEqual(['a'])
  })

  it('does not ask again at once where there was no answer', async () => {
    catalog.saveCustom(mine)
    discovery.refreshStale()
    asked[0]?.fail(down())
    await discovery.idle()
    time += 9 * 60_000
    discovery.refreshStale()
    expect(asked).toHaveLength(1)
    time += 60_000
    discovery.refreshStale()
    expect(asked).toHaveLength(2)
  })

  it('asks at once with another key where the list is missing or was refused, and not otherwise', async () => {
    const account = { id: 'one', providerId: 'box', active: true, preview: '…1111' }
    catalog.saveCustom(mine)
    discovery.refreshStale()
    asked[0]?.fail(new BerthError('credential_rejected', 'It wants a key.'))
    await discovery.idle()
    discovery.accountsChanged([account])
    expect(asked).toHaveLength(2)
    asked[1]?.answer([model('a')])
    await discovery.idle()
    discovery.accountsChanged([account])
    discovery.accountsChanged([{ ...account, preview: '…2222' }])
    expect(asked).toHaveLength(2)
  })

  it('says nothing bad of a server while the vault is closed, and asks again later', async () => {
    catalog.saveCustom(mine)
    discovery.refreshStale()
    asked[0]?.fail(new BerthError('vault_locked', 'The vault is locked. Unlock it.'))
    await discovery.idle()
    expect(state()).toEqual({ stale: true })
    discovery.refreshStale()
    expect(asked).toHaveLength(2)
  })

  it('drops an answer for a provider that was removed, moved, or asks no more', async () => {
    for (const change of [
      () => catalog.removeCustom('box'),
      () => catalog.saveCustom({ ...mine, baseUrl: 'http://localhost:9999/v1' }),
      () => catalog.saveCustom({ ...mine, discover: false, models: [model('typed')] }),
    ]) {
      catalog.saveCustom(mine)
      discovery.refresh('box').catch(() => undefined)
      change()
      asked.at(-1)?.answer([model('late')])
      await discovery.idle()
      expect(catalog.custom().flatMap((one) => one.models.map(({ id }) => id))).not.toContain('late')
    }
    expect(changes).toEqual([])
  })

  it('asks a provider that moved at its new address, whatever the old one still does', async () => {
    catalog.saveCustom(mine)
    discovery.refreshStale()
    catalog.saveCustom({ ...mine, baseUrl: 'http://localhost:9999/v1' })
    const done = discovery.refresh('box')
    expect(asked.map(({ provider }) => provider.baseUrl)).toEqual([mine.baseUrl, 'http://localhost:9999/v1'])
    asked[1]?.answer([model('new')])
    await done
    asked[0]?.answer([model('old')])
    await discovery.idle()
    expect(ids()).toEqual(['new'])
  })

  it('drops what comes after Berth closed', async () => {
    catalog.saveCustom(mine)
    discovery.refreshStale()
    discovery.close()
    db.close()
    asked[0]?.answer([model('late')])
    await discovery.idle()
    expect(changes).toEqual([])
  })

  it('passes a fault of Berth’s own on to whoever waits', async () => {
    catalog.saveCustom(mine)
    const done = discovery.refresh('box')
    asked[0]?.fail(new TypeError('a fault'))
    await expect(done).rejects.toThrow(TypeError)
    expect(state()).toEqual({ stale: true })
  })

  it('leaves alone what asks no server', async () => {
    await discovery.refresh('anthropic')
    await discovery.refresh('nonesuch')
    expect(asked).toEqual([])
  })
})
