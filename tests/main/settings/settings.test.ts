import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openSettings } from '../../../src/main/settings/settings.ts'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'berth-settings-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

it('keeps a change and lets the environment win without writing it back', async () => {
  const store = openSettings(dir, { BERTH_HOST_MAP: '{"api.x.ai":"127.0.0.1:4443"}' })
  await store.update({ gatewayPort: 4321 })
  expect(store.get()).toMatchObject({ gatewayPort: 4321, hostMap: { 'api.x.ai': '127.0.0.1:4443' } })
  expect(openSettings(dir, {}).get()).toMatchObject({ gatewayPort: 4321, hostMap: {} })
})

it('keeps every one of several changes made at once', async () => {
  const store = openSettings(dir, {})
  await Promise.all([
    store.update({ gatewayPort: 1 }),
    store.update({ browserPort: 2 }),
    store.update({ defaultImage: 'three' }),
  ])
  expect(openSettings(dir, {}).get()).toMatchObject({ gatewayPort: 1, browserPort: 2, defaultImage: 'three' })
})

it.each(['', '{"gatewayPort":', '[]', '{"gatewayPort":"many"}', '{"unknown":1}'])(
  'refuses %j, names the file and leaves it alone',
  (text) => {
    const file = join(dir, 'settings.json')
    writeFileSync(file, text)
    expect(() => openSettings(dir, {})).toThrow(file)
    expect(readFileSync(file, 'utf8')).toBe(text)
  },
)

it('names the environment variable that is not valid', () => {
  expect(() => openSettings(dir, { BERTH_HOST_MAP: '{' }).get()).toThrow(/BERTH_HOST_MAP is not valid JSON/)
})
