import { BrowserWindow, screen, session } from 'electron'
import type { AnyEvent } from '../../preload/contract.ts'
import { contain, denyPermissions } from './containment.ts'
import { EVENT_CHANNEL } from './ipc.ts'
import { type OwnPages, serveOwnPages } from './own-pages.ts'
import { type BoundsFile, MIN_SIZE, placeFor } from './window-bounds.ts'

export interface MainWindow {
  /** Brings the window to the front, opening it if it was closed. */
  show(): void
  current(): BrowserWindow | undefined
  isFocused(): boolean
  /** Sends one event to the page, if there is one. */
  send(event: AnyEvent): void
  /** As `send`, but waits for a page that is still loading. */
  sendOnceLoaded(event: AnyEvent): void
}

export interface MainWindowOptions {
  readonly pages: OwnPages
  readonly preload: string
  readonly rendererDir: string
  readonly icon: string
  readonly bounds: BoundsFile
}

function open(options: MainWindowOptions): BrowserWindow {
  const screens = screen.getAllDisplays().map((display) => display.workArea)
  const window = new BrowserWindow({
    ...placeFor(options.bounds.load(), screens),
    minWidth: MIN_SIZE.width,
    minHeight: MIN_SIZE.height,
    show: false,
    title: 'Berth',
    icon: options.icon,
    webPreferences: {
      preload: options.preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
      spellcheck: false,
    },
  })
  contain(window.webContents, options.pages)
  window.once('ready-to-show', () => window.show())
  window.on('close', () => options.bounds.save(window.getNormalBounds()))
  void window.loadURL(options.pages.url).catch(() => {
    // The window shows its own error page; a reload tries again.
    window.show()
  })
  return window
}

/** The one window. Call once the app is ready; the window itself opens at the first `show`. */
export function createMainWindow(options: MainWindowOptions): MainWindow {
  denyPermissions(session.defaultSession, options.pages)
  serveOwnPages(session.defaultSession, options.rendererDir)
  let window: BrowserWindow | undefined
  const send = (event: AnyEvent) => {
    const contents = current()?.webContents
    if (contents !== undefined && !contents.isDestroyed()) contents.send(EVENT_CHANNEL, event)
  }
  const current = () => (window === undefined || window.isDestroyed() ? undefined : window)

  return {
    current,
    show: () => {
      const there = current()
      if (there === undefined) {
        window = open(options)
        return
      }
      if (there.isMinimized()) there.restore()
      there.show()
      there.focus()
    },
    isFocused: () => current()?.isFocused() ?? false,
    send,
    sendOnceLoaded: (event) => {
      const contents = current()?.webContents
      if (contents?.isLoadingMainFrame() === true) contents.once('did-finish-load', () => send(event))
      else send(event)
    },
  }
}
