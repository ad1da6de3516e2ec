import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { MenuItemConstructorOptions } from 'electron'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { type DesktopApp, runDesktop } from '../../src/main/desktop/desktop.ts'
import { BerthError } from '../../src/main/errors.ts'
import type { Destination } from '../../src/preload/shapes.ts'
import { windowChecks } from './checks.ts'
import { closeChromium } from './chromium.ts'
import {
  app,
  BrowserWindow,
  dialog,
  powerMonitor,
  resetElectron,
  session,
  shown,
} from './electron-stand-in.ts'
import { buildPreload } from './preload-build.ts'
import { createBerth, project } from './samples.ts'

vi.mock('electron', () => import('./electron-stand-in.ts'))

let top: string

/** The page keeps what the bridge gives it where the test can read it. */
const PAGE_SCRIPT = `
window.seen = []
window.connection = []
berth.on((event) => seen.push(event))
berth.onConnection((connected) => connection.push(connected))
`

beforeAll(async () => {
  top = await mkdtemp(join(tmpdir(), 'berth-desktop-'))
  await buildPreload(join(top, 'out', 'preload'))
  await mkdir(join(top, 'out', 'renderer', 'assets'), { recursive: true })
  await writeFile(join(top, 'out', 'renderer', 'assets', 'page.js'), PAGE_SCRIPT)
  await writeFile(
    join(top, 'out', 'renderer', 'index.html'),
    '<!doctype html><title>Berth</title><script src="/assets/page.js"></script>',
  )
})
afterEach(resetElectron)
afterAll(async () => {
  await closeChromium()
  await rm(top, { recursive: true })
})

const slept: number[] = []

type Given = Parameters<Parameters<typeof runDesktop>[0]['createApp']>[0]

async function start(berth = createBerth(), close: () => Promise<void> = async () => {}) {
  let given: Given | undefined
  const running = runDesktop({
    dataDir: join(top, 'data'),
    outDir: join(top, 'out', 'main'),
    resourcesDir: join(top, 'resources'),
    createApp: async (options): Promise<DesktopApp> => {
      given = options
      return { ...berth, sleeps: async () => void slept.push(Date.now()), close }
    },
  })
  await running
  return {
    berth,
    pickFolder: () => given?.pickFolder(),
    pickFile: () => given?.pickFile(),
    openPlace: (to: Destination) => given?.openPlace(to),
  }
}

/** The open window once its page has loaded. */
async function loadedWindow() {
  const window = BrowserWindow.all.at(-1)
  if (window === undefined) throw new Error('no window was opened')
  const { webContents } = window
  if (webContents.isLoadingMainFrame()) await new Promise((done) => webContents.once('did-finish-load', done))
  return { window, contents: webContents, page: webContents.page }
}

const seen = (page: { evaluate(text: string): Promise<unknown> }) => page.evaluate('seen')
const tray = () => shown.trays[0]?.menu ?? []
const labels = () => tray().map((item) => item.label)
const item = (label: string) => tray().find((entry) => entry.label === label) as MenuItemConstructorOptions
const click = (entry: MenuItemConstructorOptions | undefined) => {
  const press = entry?.click as (() => void) | undefined
  if (press === undefined) throw new Error('there is nothing to click')
  press()
}
const submenu = (label: string) => item(label).submenu as MenuItemConstructorOptions[]

describe('the bridge', () => {
  it('answers calls and carries events', async () => {
    const { berth } = await start()
    const { page } = await loadedWindow()
    expect(await page.evaluate('berth.invoke("projects.start", { projectId: "p1" })')).toMatchObject({
      ok: true,
      value: { id: 'p1', state: 'starting' },
    })
    berth.events.emit({ name: 'project.removed', payload: { projectId: 'p1' } })
    await expect.poll(() => seen(page)).toEqual([{ name: 'project.removed', payload: { projectId: 'p1' } }])
    expect(await page.evaluate('connection')).toEqual([true])
  })

  it('refuses a frame inside the page and a page that is not ours', async () => {
    const { berth } = await start()
    const { page } = await loadedWindow()
    const before = berth.calls.length
    const call = '__berthInvoke("berth:invoke", ["projects.stop", { projectId: "p2" }])'
    const refused = { ok: false, error: { code: 'unauthorized' } }
    await page.evaluate('document.body.append(document.createElement("iframe"))')
    const frame = page.frames()[1]
    expect(await frame?.evaluate(call)).toMatchObject(refused)
    // Not even in the main frame, had it been led elsewhere in spite of all.
    await page.goto('about:blank')
    expect(await page.evaluate(call)).toMatchObject(refused)
    expect(berth.calls.length).toBe(before)
  })
})

describe('the window', () => {
  it('asks Electron for every wall it has', async () => {
    await start()
    const { window } = await loadedWindow()
    expect(window.options.webPreferences).toMatchObject({
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
    })
    await vi.waitFor(() => expect(window.visible).toBe(true))
  })

  it.each(windowChecks)('holds: $name', async ({ run }) => {
    await start()
    const { page } = await loadedWindow()
    await run({
      page,
      opened: async () => shown.opened,
      windowCount: async () => page.context().pages().length,
    })
  })

  it('leaves other schemes and plain http alone', async () => {
    await start()
    const { contents, page } = await loadedWindow()
    const url = page.url()
    const decided = new Promise((done) => contents.once('navigation-decided', done))
    await page.evaluate('void (location.href = "http://127.0.0.1:9/")')
    await decided
    const refused = new Promise((done) => contents.once('popup-decided', done))
    await page.evaluate('void window.open("http://example.com/")')
    await refused
    expect(shown.opened).toEqual([])
    expect(page.url()).toBe(url)
  })

  it('is granted no permission but copying, and that only on our pages', async () => {
    await start()
    const ask = (permission: string, requestingUrl: string) =>
      new Promise((answer) =>
        session.defaultSession.permissionRequest?.({}, permission, answer, { requestingUrl }),
      )
    expect(await ask('media', 'berth-app://app/')).toBe(false)
    expect(await ask('clipboard-read', 'berth-app://app/')).toBe(false)
    expect(await ask('clipboard-sanitized-write', 'berth-app://app/')).toBe(true)
    expect(await ask('clipboard-sanitized-write', 'https://example.com/')).toBe(false)
  })

  it('opens again from the tray after it was closed, with Berth going on', async () => {
    await start()
    const { window } = await loadedWindow()
    await window.close()
    app.emit('window-all-closed')
    expect(app.exitCode).toBeUndefined()
    click(item('Open Berth'))
    const again = await loadedWindow()
    expect(again.window).not.toBe(window)
    expect(await again.page.evaluate('berth.invoke("app.status", {})')).toMatchObject({ ok: true })
  })

  it('gives back the chosen folder or file, and null when none was', async () => {
    const { pickFolder, pickFile } = await start()
    expect(await pickFolder()).toBeNull()
    expect(await pickFile()).toBeNull()
    dialog.chosen = ['/work/atlas']
    expect(await pickFolder()).toBe('/work/atlas')
    expect(await pickFile()).toBe('/work/atlas')
    dialog.chosen = []
  })

  it('comes to the front at the place the berth command asks for', async () => {
    const { openPlace } = await start()
    const { window, page } = await loadedWindow()
    window.focused = false
    const to = { page: 'project', projectId: 'p1' } as const
    expect(openPlace(to)).toEqual({})
    await expect.poll(() => seen(page)).toContainEqual({ name: 'navigate', payload: { to } })
    expect(window.isFocused()).toBe(true)
  })
})

describe('the tray', () => {
  it('fills from snapshots, follows events and acts through the contract', async () => {
    const { berth } = await start()
    await loadedWindow()
    await vi.waitFor(() => expect(labels()).toContain('project p1 · stopped'))
    expect(labels()).toContain('Engine: Docker 27.3')

    click(submenu('project p1 · stopped')[1])
    click(submenu('anthropic')[1])
    await vi.waitFor(() =>
      expect(berth.calls).toEqual(
        expect.arrayContaining([
          { method: 'projects.start', input: { projectId: 'p1' } },
          { method: 'accounts.activate', input: { accountId: 'home' } },
        ]),
      ),
    )
    berth.events.emit({ name: 'project.changed', payload: project('p1', { state: 'running' }) })
    expect(labels()).toContain('project p1 · running')
    berth.events.emit({ name: 'project.removed', payload: { projectId: 'p1' } })
    expect(labels()).not.toContain('project p1 · running')
  })

  it('keeps its other parts when one cannot be fetched, and shows a failed action', async () => {
    const locked = () => {
      throw new BerthError('vault_locked', 'The vault is locked. Unlock it first.')
    }
    await start(createBerth({ 'accounts.list': locked, 'projects.start': locked }))
    await loadedWindow()
    await vi.waitFor(() => expect(labels()).toContain('project p1 · stopped'))
    expect(labels()).toContain('Providers: loading')
    click(submenu('project p1 · stopped')[1])
    await vi.waitFor(() =>
      expect(shown.notifications.map(({ options }) => options.body)).toEqual([
        'The vault is locked. Unlock it first.',
      ]),
    )
  })
})

describe('notifications', () => {
  it('come while nobody looks, and lead to the project', async () => {
    const { berth } = await start()
    const { window, page } = await loadedWindow()
    await vi.waitFor(() => expect(labels()).toContain('project p2 · running'))
    const failed = (state: 'running' | 'failed') =>
      berth.events.emit({ name: 'project.changed', payload: project('p2', { state }) })
    await vi.waitFor(() => expect(window.isFocused()).toBe(true))
    failed('failed')
    expect(shown.notifications).toHaveLength(0)
    failed('running')
    window.focused = false
    failed('failed')
    expect(shown.notifications.map(({ options }) => options.title)).toEqual(['project p2 failed'])
    shown.notifications[0]?.emit('click')
    await expect
      .poll(() => seen(page))
      .toContainEqual({ name: 'navigate', payload: { to: { page: 'project', projectId: 'p2' } } })
    expect(window.isFocused()).toBe(true)
  })
})

describe('one instance', () => {
  it('gives way to the one that runs', async () => {
    app.lockTaken = true
    await start()
    expect(app.exitCode).toBe(0)
    expect(BrowserWindow.all).toEqual([])
  })

  it('comes to the front for a second start, and goes where its link leads', async () => {
    await start()
    const { window, page } = await loadedWindow()
    window.focused = false
    app.emit('second-instance', {}, ['/opt/berth', 'berth://providers/anthropic'])
    expect(window.isFocused()).toBe(true)
    app.emit('second-instance', {}, ['/opt/berth', 'berth://accounts/remove'])
    await expect
      .poll(() => seen(page))
      .toEqual([{ name: 'navigate', payload: { to: { page: 'providers', providerId: 'anthropic' } } }])
  })

  it('goes where a link leads that came before the page was there', async () => {
    const running = start()
    app.emit('open-url', { preventDefault: () => {} }, 'berth://new?folder=/work/atlas')
    await running
    const { page } = await loadedWindow()
    await expect
      .poll(() => seen(page))
      .toEqual([{ name: 'navigate', payload: { to: { page: 'new-project', folder: '/work/atlas' } } }])
  })
})

describe('the computer', () => {
  it('tells Berth before it sleeps', async () => {
    await start()
    slept.length = 0
    powerMonitor.emit('suspend')
    expect(slept).toHaveLength(1)
  })
})

describe('the end', () => {
  it('waits for Berth to close', async () => {
    const closing = Promise.withResolvers<void>()
    await start(createBerth(), () => closing.promise)
    await loadedWindow()
    const quit = new Promise((done) => app.once('quit', done))
    click(item('Quit Berth'))
    expect(app.exitCode).toBeUndefined()
    closing.resolve()
    await quit
    expect(app.exitCode).toBe(0)
    expect(shown.trays[0]?.destroyed).toBe(true)
  })

  it('comes with a sentence when Berth cannot start', async () => {
    await runDesktop({
      dataDir: join(top, 'data'),
      outDir: join(top, 'out', 'main'),
      resourcesDir: join(top, 'resources'),
      createApp: () => Promise.reject(new BerthError('conflict', 'Berth runs already, in a browser.')),
    })
    expect(shown.errors).toEqual(['Berth could not start: Berth runs already, in a browser.'])
    expect(app.exitCode).toBe(1)
  })
})
