import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { app, BrowserWindow, dialog, type OpenDialogOptions, powerMonitor } from 'electron'
import type { Destination } from '../../preload/shapes.ts'
import { toFailure } from '../errors.ts'
import type { Dispatch } from '../rpc/dispatch.ts'
import type { Events } from '../rpc/events.ts'
import { deepLinkIn, parseDeepLink } from './deep-link.ts'
import { serveCalls } from './ipc.ts'
import { setAppMenu } from './menu.ts'
import { noticeFor, notify } from './notifications.ts'
import { ownPages, registerOwnScheme } from './own-pages.ts'
import { closeBeforeQuit } from './shutdown.ts'
import { createSnapshotFeed } from './snapshot.ts'
import { type AppTray, createTray } from './tray.ts'
import type { TrayActions } from './tray-menu.ts'
import { createMainWindow, type MainWindow } from './window.ts'
import { createBoundsFile } from './window-bounds.ts'

/** Berth without a surface, as `app.ts` makes it. */
export interface DesktopApp {
  readonly dispatch: Dispatch
  readonly events: Events
  /** The computer is about to sleep. */
  sleeps(): Promise<void>
  close(): Promise<void>
}

export interface DesktopOptions {
  readonly dataDir: string
  /** The folder of the built main side; preload and renderer are beside it. */
  readonly outDir: string
  /** Icons. */
  readonly resourcesDir: string
  /** Vite's server while developing. */
  readonly devServer?: string | undefined
  readonly createApp: (options: {
    readonly dataDir: string
    readonly surface: 'desktop'
    readonly pickFolder: () => Promise<string | null>
    readonly pickFile: () => Promise<string | null>
    /** Shows a place in the window. */
    readonly openPlace: (to: Destination) => { readonly url?: string }
  }) => Promise<DesktopApp>
}

async function pick(properties: NonNullable<OpenDialogOptions['properties']>): Promise<string | null> {
  const parent = BrowserWindow.getFocusedWindow()
  const options: OpenDialogOptions = { properties }
  const { filePaths } = await (parent === null
    ? dialog.showOpenDialog(options)
    : dialog.showOpenDialog(parent, options))
  return filePaths[0] ?? null
}

const pickFolder = () => pick(['openDirectory', 'createDirectory'])
/** Files that hold logins are often hidden ones. */
const pickFile = () => pick(['openFile', 'showHiddenFiles'])

function openWindow(options: DesktopOptions): { window: MainWindow; pages: ReturnType<typeof ownPages> } {
  const pages = ownPages(options.devServer)
  const window = createMainWindow({
    pages,
    preload: join(options.outDir, '..', 'preload', 'index.cjs'),
    rendererDir: join(options.outDir, '..', 'renderer'),
    icon: join(options.resourcesDir, 'icon.png'),
    bounds: createBoundsFile(join(options.dataDir, 'window.json')),
  })
  return { window, pages }
}

/** Calls a method for the tray; a failure is shown, for the tray has no place of its own for it. */
function trayActions(berth: DesktopApp, window: MainWindow, go: (to: Destination) => void): TrayActions {
  const call = async (method: string, input: unknown) => {
    const answer = await berth.dispatch(method, input, 'tray')
    if (!answer.ok) {
      notify({ title: 'Berth', body: answer.error.message, to: { page: 'providers' } }, () => window.show())
    }
  }
  return {
    open: () => window.show(),
    openProject: (projectId) => go({ page: 'project', projectId }),
    openProviders: () => go({ page: 'providers' }),
    activate: (accountId) => void call('accounts.activate', { accountId }),
    start: (projectId) => void call('projects.start', { projectId }),
    stop: (projectId) => void call('projects.stop', { projectId }),
    quit: () => app.quit(),
  }
}

/** Connects the app's events with the window, the tray and the system's notifications. */
function connect(
  berth: DesktopApp,
  window: MainWindow,
  tray: AppTray,
  go: (to: Destination) => void,
): () => void {
  const offNotices: () => void = berth.events.on((event) => {
    // Snapshots fetched by a page that loads make up for the other events, and for a notice nothing does.
    if (event.name === 'notice') window.sendOnceLoaded(event)
    else window.send(event)
    // Before the feed takes the event in, so that it still knows what was.
    const known = (id: string) => feed.current().projects?.find((project) => project.id === id)
    const notice = window.isFocused() ? undefined : noticeFor(event, known)
    if (notice !== undefined) notify(notice, go)
  })
  const feed = createSnapshotFeed({ ...berth, onChange: (snapshot) => tray.update(snapshot) })
  return () => {
    offNotices()
    feed.close()
    tray.close()
  }
}

async function onReady(options: DesktopOptions, links: LinkInbox): Promise<void> {
  // The berth command may ask for a place before there is a window.
  const places = createInbox<Destination>()
  const openPlace = (to: Destination) => {
    places.push(to)
    return {}
  }
  const { dataDir } = options
  const berth = await options.createApp({ dataDir, surface: 'desktop', pickFolder, pickFile, openPlace })
  const { window, pages } = openWindow(options)
  const go = (to: Destination) => {
    window.show()
    window.sendOnceLoaded({ name: 'navigate', payload: { to } })
  }
  const tray = createTray(options.resourcesDir, trayActions(berth, window, go))
  const disconnect = connect(berth, window, tray, go)
  const stopServing = serveCalls({ dispatch: berth.dispatch, pages, window: window.current })
  setAppMenu({ platform: process.platform, packaged: app.isPackaged, go })
  closeBeforeQuit(app, async () => {
    await berth.close()
    stopServing()
    disconnect()
  })
  powerMonitor.on('suspend', () => void berth.sleeps())
  // Projects go on working with the window closed; the tray brings it back, and ends Berth.
  app.on('window-all-closed', () => {})
  app.on('activate', () => window.show())
  window.show()
  links.deliver((link) => {
    const parsed = link === undefined ? undefined : parseDeepLink(link)
    if (parsed?.kind === 'go') go(parsed.to)
    else window.show()
  })
  places.deliver(go)
}

interface Inbox<T> {
  push(item: T): void
  /** From now on, and for what came before. */
  deliver(to: (item: T) => void): void
}

/** Keeps what comes before Berth is ready. */
function createInbox<T>(): Inbox<T> {
  const waiting: T[] = []
  let receiver: ((item: T) => void) | undefined
  return {
    push: (item) => {
      if (receiver === undefined) waiting.push(item)
      else receiver(item)
    },
    deliver: (to) => {
      receiver = to
      for (const item of waiting.splice(0)) to(item)
    },
  }
}

/** Deep links; undefined means "come to the front". */
type LinkInbox = Inbox<string | undefined>

/** Runs Berth as a desktop app: one instance, a window, a tray. Resolves when it is up, or is quitting. */
export async function runDesktop(options: DesktopOptions): Promise<void> {
  // Chromium keeps its own files, and its lock for a single instance, beside ours.
  const profile = join(options.dataDir, 'desktop')
  mkdirSync(profile, { recursive: true, mode: 0o700 })
  app.setPath('userData', profile)
  if (!app.requestSingleInstanceLock()) {
    app.quit()
    return
  }
  const links = createInbox<string | undefined>()
  app.on('second-instance', (_event, argv) => links.push(deepLinkIn(argv)))
  app.on('open-url', (event, url) => {
    event.preventDefault()
    links.push(url)
  })
  const link = deepLinkIn(process.argv)
  if (link !== undefined) links.push(link)
  registerOwnScheme()
  await app.whenReady()
  if (app.isPackaged) app.setAsDefaultProtocolClient('berth')
  try {
    await onReady(options, links)
  } catch (error) {
    dialog.showErrorBox('Berth could not start', toFailure(error).message)
    app.exit(1)
  }
}
