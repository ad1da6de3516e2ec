import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { _electron, type ElectronApplication, expect, test } from '@playwright/test'
import { type WindowUnderTest, windowChecks } from './checks.ts'

/** The built Berth in the real Electron. The program's path comes from the npm package, as `npm start` finds it. */
const root = resolve(import.meta.dirname, '../..')
const electronPath = () => createRequire(import.meta.url)('electron') as string

let dataDir: string
let running: ElectronApplication
let window: WindowUnderTest

const environment = () => ({ ...process.env, BERTH_DATA_DIR: dataDir }) as Record<string, string>

test.beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'berth-electron-'))
  running = await _electron.launch({
    executablePath: electronPath(),
    args: [root],
    cwd: root,
    env: environment(),
  })
  await running.evaluate(({ shell }) => {
    const opened: string[] = []
    Reflect.set(globalThis, 'openedOutside', opened)
    shell.openExternal = async (url) => {
      opened.push(url)
    }
  })
  const page = await running.firstWindow()
  await expect.poll(() => page.evaluate('typeof berth')).toBe('object')
  window = {
    page,
    opened: () => running.evaluate(() => Reflect.get(globalThis, 'openedOutside') as string[]),
    windowCount: async () => running.windows().length,
  }
})

test.afterEach(async () => {
  await running.close()
  await rm(dataDir, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
})

for (const check of windowChecks) {
  test(check.name, () => check.run(window))
}

test('the page comes from our own scheme, in a sandboxed process', async () => {
  expect(window.page.url()).toMatch(/^berth-app:\/\/app\//)
  const pages = await running.evaluate(({ app }) => app.getAppMetrics().filter(({ type }) => type === 'Tab'))
  expect(pages).toHaveLength(1)
  // Electron reports this on macOS and Windows only.
  if (process.platform !== 'linux') expect(pages[0]?.sandboxed).toBe(true)
})

test('a frame without a page of ours has no bridge', async () => {
  await window.page.evaluate('document.body.append(document.createElement("iframe"))')
  expect(await window.page.frames()[1]?.evaluate('typeof berth')).toBe('undefined')
})

test('a second start gives way and hands over its link', async () => {
  await window.page.evaluate('window.heard = []; berth.on((event) => heard.push(event))')
  const second = spawn(electronPath(), [root, 'berth://providers/anthropic'], {
    env: environment(),
    stdio: 'ignore',
  })
  const [code] = await once(second, 'exit')
  expect(code).toBe(0)
  await expect
    .poll(() => window.page.evaluate('heard'))
    .toContainEqual({ name: 'navigate', payload: { to: { page: 'providers', providerId: 'anthropic' } } })
})

test('quitting ends the program', async () => {
  const child = running.process()
  const exited = once(child, 'exit')
  await running.evaluate(({ app }) => setImmediate(() => app.quit()))
  const [code] = await exited
  expect(code).toBe(0)
})
