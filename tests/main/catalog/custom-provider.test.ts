import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { createCatalog } from '../../../src/main/catalog/catalog.ts'
import type { Catalog } from '../../../src/main/catalog/types.ts'
import { type Database, openDatabase } from '../../../src/main/db/database.ts'

const snapshotFile = resolve(import.meta.dirname, '../../../resources/catalog.json')
const mine = {
  id: 'my-llm',
  name: 'My LLM',
  baseUrl: 'http://localhost:1234/v1',
  models: [{ id: 'small', name: 'Small' }],
}
let db: Database
let catalog: Catalog
beforeEach(() => {
  db = openDatabase(':memory:')
  catalog = createCatalog({ db, snapshotFile })
})

describe('a custom provider', () => {
  it('stands first in the list, with its models and its own virtual host', () => {
    expect(catalog.saveCustom(mine)).toMatchObject({ id: 'my-llm', custom: true, baseUrl: mine.baseUrl })
    expect(catalog.providers()[0]).toEqual(catalog.provider('my-llm'))
    expect(catalog.models('my-llm').map(({ id }) => id)).toEqual(['small'])
    expect(catalog.hosts('my-llm', {})).toEqual(['my-llm.berth.internal'])
    expect(catalog.keyShape('my-llm')).toEqual({ prefix: '' })
    expect(catalog.custom()).toEqual([mine])
    expect(catalog.fieldsProblem('my-llm', {})).toBeUndefined()
  })

  it('is still there when the database is opened again, and is replaced by a second save', () => {
    const folder = mkdtempSync(join(tmpdir(), 'berth-catalog-'))
    const file = join(folder, 'berth.db')
    const first = openDatabase(file)
    createCatalog({ db: first, snapshotFile }).saveCustom(mine)
    createCatalog({ db: first, snapshotFile }).saveCustom({ ...mine, name: 'Renamed' })
    first.close()
    const second = openDatabase(file)
    expect(createCatalog({ db: second, snapshotFile }).custom()).toEqual([{ ...mine, name: 'Renamed' }])
    second.close()
    rmSync(folder, { recursive: true })
  })

  it('can be removed once', () => {
    catalog.saveCustom(mine)
    catalog.removeCustom('my-llm')
    expect(() => catalog.provider('my-llm')).toThrow(expect.objectContaining({ code: 'unknown_provider' }))
    expect(() => catalog.removeCustom('my-llm')).toThrow(
      expect.objectContaining({ code: 'unknown_provider' }),
    )
    expect(() => catalog.removeCustom('anthropic')).toThrow(
      expect.objectContaining({ code: 'unknown_provider' }),
    )
  })

  it('cannot take the id of a catalog provider', () => {
    expect(() => catalog.saveCustom({ ...mine, id: 'anthropic' })).toThrow(
      expect.objectContaining({ code: 'conflict', message: expect.stringContaining('Anthropic') }),
    )
  })

  it('keeps its meaning when a later catalog has a provider of its id', () => {
    db.prepare('INSERT INTO custom_provider (id, name, base_url, models) VALUES (?, ?, ?, ?)').run(
      'groq',
      'My own groq',
      mine.baseUrl,
      JSON.stringify(mine.models),
    )
    expect(catalog.providers().filter(({ id }) => id === 'groq')).toMatchObject([{ custom: true }])
    expect(catalog.hosts('groq', {})).toEqual(['groq.berth.internal'])
    expect(catalog.models('groq')).toHaveLength(1)
    expect(catalog.saveCustom({ ...mine, id: 'groq' })).toMatchObject({ custom: true })
  })

  it('loses slashes at the end of its address', () => {
    expect(catalog.saveCustom({ ...mine, baseUrl: 'https://llm.example/v1//' }).baseUrl).toBe(
      'https://llm.example/v1',
    )
  })

  it.each([
    [{ id: 'has.dot' }, /a-z, 0-9 and dashes/],
    [{ id: 'under_score' }, /a-z, 0-9 and dashes/],
    [{ id: 'dash-' }, /a-z, 0-9 and dashes/],
    [{ baseUrl: 'localhost:1234' }, /http:\/\/ or https:\/\//],
    [{ baseUrl: 'file:///etc/passwd' }, /http:\/\/ or https:\/\//],
    [{ baseUrl: 'not an address' }, /http:\/\/ or https:\/\//],
    [{ baseUrl: 'https://user:canary-pass@llm.example' }, /login/],
    [{ baseUrl: 'https://llm.example/?key=1' }, /after \?/],
    [{ models: [] }, /at least one model/],
    [{ models: [mine.models[0], mine.models[0]] }, /twice/],
  ])('is refused with %j', (change, message) => {
    const save = () => catalog.saveCustom({ ...mine, ...(change as Partial<typeof mine>) })
    expect(save).toThrow(expect.objectContaining({ code: 'bad_request' }))
    expect(save).toThrow(message)
    expect(save).not.toThrow(/canary-pass/)
    expect(catalog.custom()).toEqual([])
  })
})
