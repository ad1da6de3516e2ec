import { expect, it } from 'vitest'
import { openDatabase, transaction } from '../../../src/main/db/database.ts'
import { createProjectRepo, type ProjectChoice } from '../../../src/main/projects/project-repo.ts'

const CHOICE: ProjectChoice = {
  name: 'shop',
  folder: '/shop',
  providerId: 'openai',
  modelId: 'gpt-5',
  runtime: 'process',
  image: undefined,
  delivery: 'gateway',
  egress: 'open',
}

function opened() {
  const db = openDatabase(':memory:')
  const rows = createProjectRepo(db)
  rows.insert('a', CHOICE, 1)
  return { db, rows }
}

it('shows every change of a row that was read before', () => {
  const { rows } = opened()
  const seen = () => rows.find('a')
  expect(seen()).toMatchObject({ name: 'shop', state: 'starting', lastActivityAt: 1 })
  rows.change('a', { ...CHOICE, name: 'store' })
  expect(seen()?.name).toBe('store')
  rows.setState('a', 'failed', { code: 'internal', message: 'It broke.' })
  expect(seen()).toMatchObject({ state: 'failed', problem: { message: 'It broke.' } })
  rows.setServer('a', { runtime: 'docker', egress: 'listed' })
  expect(seen()).toMatchObject({ serverRuntime: 'docker', serverEgress: 'listed' })
  rows.touch('a', 5)
  expect(seen()?.lastActivityAt).toBe(5)
  rows.remove('a')
  expect(seen()).toBeUndefined()
})

it('shows nothing of a transaction that was taken back', () => {
  const { db, rows } = opened()
  const undone = (): void =>
    transaction(db, () => {
      rows.change('a', { ...CHOICE, name: 'store' })
      expect(rows.find('a')?.name).toBe('store')
      throw new Error('taken back')
    })
  expect(undone).toThrow('taken back')
  expect(rows.find('a')?.name).toBe('shop')
})

it('gives out rows that nobody can change', () => {
  const { rows } = opened()
  expect(() => Object.assign(rows.find('a') ?? {}, { name: 'x' })).toThrow(TypeError)
})
