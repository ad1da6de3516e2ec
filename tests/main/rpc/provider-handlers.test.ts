import { resolve } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { createCatalog } from '../../../src/main/catalog/catalog.ts'
import { createDiscovery } from '../../../src/main/catalog/discovery.ts'
import type { Catalog, NamedModel } from '../../../src/main/catalog/types.ts'
import { openDatabase } from '../../../src/main/db/database.ts'
import { BerthError } from '../../../src/main/errors.ts'
import { silentLog } from '../../../src/main/log/log.ts'
import { providerHandlers } from '../../../src/main/rpc/provider-handlers.ts'

/** What is told to people and surfaces when custom providers and their models change. */

const snapshotFile = resolve(import.meta.dirname, '../../../resources/catalog.json')
const box = { id: 'box', name: 'Box', baseUrl: 'http://localhost:1/v1', models: [], discover: true }

let catalog: Catalog
let answer: NamedModel[] | BerthError
let asked: number
let told: string[]
let handlers: ReturnType<typeof providerHandlers>
beforeEach(() => {
  catalog = createCatalog({ db: openDatabase(':memory:'), snapshotFile })
  answer = [{ id: 'a', name: 'a' }]
  asked = 0
  told = []
  const listModels = async () => {
    asked += 1
    if (answer instanceof BerthError) throw answer
    return answer
  }
  handlers = providerHandlers({
    catalog,
    accounts: { list: () => [] },
    discovery: createDiscovery({
      catalog,
      ask: listModels,
      now: Date.now,
      onChange: () => told.push('in the background'),
      log: silentLog(),
    }),
    listModels,
    findLocal: async () => [],
    activeKey: () => undefined,
    providersChanged: () => told.push('changed'),
    afterRestart: (sentence) => told.push(sentence),
  })
})

describe('what is told', () => {
  it('of a provider that is saved: once that running projects need a restart', async () => {
    await handlers['providers.saveCustom'](box)
    expect(told).toEqual(['changed', 'changed', 'Box is usable in running projects after a restart'])
  })

  it('of models that are new when somebody asks for them: that too', async () => {
    await handlers['providers.saveCustom'](box)
    told.length = 0
    await handlers['providers.refreshModels']({ providerId: 'box' })
    expect(told).toEqual(['changed'])
    answer = [{ id: 'b', name: 'b' }]
    await handlers['providers.refreshModels']({ providerId: 'box' })
    expect(told).toEqual([
      'changed',
      'changed',
      'The new models of Box are usable in running projects after a restart',
    ])
  })

  it('of a server that fails: no word of new models', async () => {
    await handlers['providers.saveCustom'](box)
    told.length = 0
    answer = new BerthError('provider_unreachable', 'It is down.')
    const provider = await handlers['providers.refreshModels']({ providerId: 'box' })
    expect(provider).toMatchObject({ modelCount: 1, discovery: { problem: 'It is down.' } })
    expect(told).toEqual(['changed'])
  })
})

describe('asking for providers and models', () => {
  it('starts a question where one is due, and does not wait for it', async () => {
    catalog.saveCustom(box)
    expect(handlers['providers.models']({ providerId: 'box' })).toEqual([])
    expect(asked).toBe(1)
    await expect.poll(() => told).toEqual(['in the background'])
    expect(handlers['providers.models']({ providerId: 'box' })).toMatchObject([{ id: 'a' }])
    handlers['providers.list']()
    expect(asked).toBe(1)
  })
})
