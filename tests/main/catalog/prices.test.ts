import { resolve } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createCatalog } from '../../../src/main/catalog/catalog.ts'
import { createPrices } from '../../../src/main/catalog/prices.ts'
import type { Catalog } from '../../../src/main/catalog/types.ts'
import { type Database, openDatabase } from '../../../src/main/db/database.ts'

let db: Database
let catalog: Catalog
beforeEach(() => {
  db = openDatabase(':memory:')
  catalog = createCatalog({ db, snapshotFile: resolve('resources/catalog.json') })
})
afterEach(() => db.close())

const prices = (providerId: string, modelId: string) =>
  createPrices(catalog)(catalog.provider(providerId), modelId)

it('are the catalog’s, with those of prompt caches', () => {
  expect(prices('anthropic', 'claude-sonnet-4-5')).toEqual({
    input: 3,
    output: 15,
    cacheRead: 0.3,
    cacheWrite: 3.75,
  })
  // A price nobody told is absent, not nothing.
  expect(prices('openai', 'gpt-5')).toEqual({ input: 1.25, output: 10, cacheRead: 0.125 })
})

it.each([
  ['google', 'models/gemini-2.5-flash', 'gemini-2.5-flash'],
  ['amazon-bedrock', 'il.amazon.nova-pro-v1:0', 'amazon.nova-pro-v1:0'],
  [
    'amazon-bedrock',
    'arn:aws:bedrock:eu-west-1:123:inference-profile/mx.amazon.nova-pro-v1:0',
    'amazon.nova-pro-v1:0',
  ],
])('of %s %s are those of %s', (providerId, sent, known) => {
  const found = prices(providerId, sent)
  expect(found).toBeDefined()
  expect(found).toEqual(prices(providerId, known))
})

it.each([
  ['anthropic', ''],
  ['anthropic', 'claude-sonnet'],
  ['anthropic', 'eu.claude-sonnet-4-5'],
  ['anthropic', 'anthropic/claude-sonnet-4-5'],
  ['openai', 'gpt-5-and-more'],
])('of %s %s are not known', (providerId, modelId) => {
  expect(prices(providerId, modelId)).toBeUndefined()
})

it('of the user’s own providers are not known', () => {
  catalog.saveCustom({
    id: 'homelab',
    name: 'Home lab',
    baseUrl: 'http://127.0.0.1:9/v1',
    models: [{ id: 'gpt-5', name: 'M' }],
  })
  expect(prices('homelab', 'gpt-5')).toBeUndefined()
})
