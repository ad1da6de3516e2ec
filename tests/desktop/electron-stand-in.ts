import { EventEmitter } from 'node:events'
import type { MenuItemConstructorOptions } from 'electron'
import { StandInContents } from './stand-in-contents.ts'

/**
 * Stands in for the `electron` module where its binary cannot be had: the same names, as far as `desktop/` uses them.
 * A window is a page of a real Chromium, driven by Playwright; the system around it (tray, menus, notifications,
 * dialogs) is remembered for the test to look at. It shows nothing about Electron itself: its sandbox, its context
 * isolation and its own security checks are for the specs that run with the real one.
 */

class StandInApp extends EventEmitter {
  isPackaged = false
  /** Whether another instance holds the lock. */
  lockTaken = false
  exitCode: number | undefined
  readonly paths: Record<string, string> = {}
  readonly protocols: string[] = []

  setPath(name: string, path: string) {
    this.paths[name] = path
  }
  requestSingleInstanceLock() {
    return !this.lockTaken
  }
  whenReady() {
    return Promise.resolve()
  }
  setAsDefaultProtocolClient(scheme: string) {
    this.protocols.push(scheme)
    return true
  }
  /** Ends the program unless a listener of `before-quit` keeps it. */
  quit() {
    let kept = false
    this.emit('before-quit', {
      preventDefault: () => {
        kept = true
      },
    })
    if (!kept) this.exit(0)
  }
  exit(code: number) {
    this.exitCode = code
    this.emit('quit')
  }
}
export const app = new StandInApp()

const handlers = new Map<string, (event: unknown, ...args: unknown[]) => unknown>()
export const ipcMain = {
  handle: (channel: string, handler: (event: unknown, ...args: unknown[]) => unknown) => {
    if (handlers.has(channel)) throw new Error(`there is a handler for ${channel} already`)
    handlers.set(channel, handler)
  },
  removeHandler: (channel: string) => handlers.delete(channel),
  /** A call as it would come from a page; `event` says from which. */
  call: (channel: string, event: unknown, ...args: unknown[]) => {
    const handler = handlers.get(channel)
    if (handler === undefined) throw new Error(`no handler for ${channel}`)
    return handler(event, ...args)
  },
}

type ProtocolHandler = (request: Request) => Promise<Response>
const schemes = new Map<string, ProtocolHandler>()
type PermissionRequest = (
  contents: unknown,
  permission: string,
  answer: (granted: boolean) => void,
  details: { requestingUrl: string },
) => void
export const session = {
  defaultSession: {
    protocol: { handle: (scheme: string, handler: ProtocolHandler) => schemes.set(scheme, handler) },
    permissionRequest: undefined as PermissionRequest | undefined,
    setPermissionRequestHandler(handler: PermissionRequest) {
      this.permissionRequest = handler
    },
    setPermissionCheckHandler() {},
    setDevicePermissionHandler() {},
  },
}

export const protocol = {
  privileged: [] as unknown[],
  registerSchemesAsPrivileged(list: unknown[]) {
    this.privileged.push(...list)
  },
}

type WindowOptions = { show?: boolean; webPreferences: { preload: string } & Record<string, unknown> }

export class BrowserWindow extends EventEmitter {
  static readonly all: BrowserWindow[] = []
  static getFocusedWindow(): BrowserWindow | null {
    return BrowserWindow.all.find((window) => window.focused) ?? null
  }
  readonly webContents: StandInContents
  readonly options: WindowOptions
  visible: boolean
  focused = false
  minimized = false
  destroyed = false

  constructor(options: WindowOptions) {
    super()
    this.options = options
    this.visible = options.show !== false
    this.webContents = new StandInContents({
      preload: options.webPreferences.preload,
      invoke: (channel, event, args) => ipcMain.call(channel, event, ...args),
      serve: (url) => {
        const handler = schemes.get(new URL(url).protocol.slice(0, -1))
        return handler?.(new Request(url))
      },
    })
    BrowserWindow.all.push(this)
  }
  async loadURL(url: string) {
    await this.webContents.load(url)
    this.emit('ready-to-show')
  }
  show() {
    this.visible = true
    this.focus()
  }
  focus() {
    this.focused = true
  }
  restore() {
    this.minimized = false
  }
  isMinimized() {
    return this.minimized
  }
  isDestroyed() {
    return this.destroyed
  }
  isFocused() {
    return this.focused
  }
  getNormalBounds() {
    return { x: 10, y: 20, width: 1000, height: 700 }
  }
  async close() {
    this.emit('close')
    this.destroyed = true
    this.focused = false
    await this.webContents.dispose()
  }
}

/** The menus and notifications the program has shown, for the test to look at and click. */
export const shown = {
  trays: [] as Tray[],
  applicationMenu: [] as MenuItemConstructorOptions[],
  notifications: [] as Notification[],
  opened: [] as string[],
  errors: [] as string[],
}

export const Menu = {
  buildFromTemplate: (template: MenuItemConstructorOptions[]) => template,
  setApplicationMenu: (menu: MenuItemConstructorOptions[]) => {
    shown.applicationMenu = menu
  },
}

export class Tray extends EventEmitter {
  menu: MenuItemConstructorOptions[] = []
  toolTip = ''
  destroyed = false
  readonly icon: { path: string }
  constructor(icon: { path: string }) {
    super()
    this.icon = icon
    shown.trays.push(this)
  }
  setContextMenu(menu: MenuItemConstructorOptions[]) {
    this.menu = menu
    this.emit('menu')
  }
  setToolTip(text: string) {
    this.toolTip = text
  }
  setImage() {}
  destroy() {
    this.destroyed = true
  }
}

export class Notification extends EventEmitter {
  static isSupported() {
    return true
  }
  readonly options: { title: string; body: string }
  constructor(options: { title: string; body: string }) {
    super()
    this.options = options
  }
  show() {
    shown.notifications.push(this)
  }
}

export const nativeImage = { createFromPath: (path: string) => ({ path }) }
export const powerMonitor = new EventEmitter()
export const nativeTheme = Object.assign(new EventEmitter(), { shouldUseDarkColors: false })
export const screen = { getAllDisplays: () => [{ workArea: { x: 0, y: 0, width: 1920, height: 1080 } }] }
export const shell = {
  openExternal: async (url: string) => {
    shown.opened.push(url)
  },
}
export const dialog = {
  chosen: [] as string[],
  showOpenDialog: async () => ({ canceled: dialog.chosen.length === 0, filePaths: dialog.chosen }),
  showErrorBox: (title: string, text: string) => {
    shown.errors.push(`${title}: ${text}`)
  },
}

/** Ends everything a test has opened, so that the next one starts afresh. */
export async function resetElectron(): Promise<void> {
  await Promise.all(BrowserWindow.all.splice(0).map((window) => window.close()))
  app.removeAllListeners()
  app.lockTaken = false
  app.exitCode = undefined
  nativeTheme.removeAllListeners()
  powerMonitor.removeAllListeners()
  handlers.clear()
  schemes.clear()
  for (const list of [shown.trays, shown.notifications, shown.opened, shown.errors]) list.length = 0
}
