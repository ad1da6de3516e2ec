import { EventEmitter } from 'node:events'
import { readFileSync } from 'node:fs'
import type { BrowserContext, Frame, Page, Request as PageRequest, Route } from '@playwright/test'
import { openChromium } from './chromium.ts'

/**
 * The contents of a stand-in window: one page of a real Chromium, with the built preload script run in it, calls and
 * events carried between it and the test's process, and the navigation events Electron would raise.
 */

/** Chromium outside Electron does not know the app's own scheme; inside the page this host stands for it. */
const STAND_IN_ORIGIN = 'http://app.berth.test'
const APP_ORIGIN = 'berth-app://app'

const toPage = (url: string) => url.replace(APP_ORIGIN, STAND_IN_ORIGIN)
const fromPage = (url: string) => url.replace(STAND_IN_ORIGIN, APP_ORIGIN)

interface Wiring {
  readonly preload: string
  invoke(channel: string, event: unknown, args: unknown[]): unknown
  /** What the app answers for one of its own addresses. */
  serve(url: string): Promise<Response> | undefined
}

/** A frame as the main side sees it. */
export interface StandInFrame {
  readonly url: string
}

/** Runs as the preload script would: only `electron` can be required, and only in the main frame. */
function preloadScript(code: string): string {
  return `if (window === window.top) {
    const listeners = new Map();
    globalThis.__berthDeliver = (channel, ...args) => {
      for (const listener of listeners.get(channel) ?? []) listener({}, ...args);
    };
    const electron = {
      contextBridge: {
        exposeInMainWorld: (name, api) =>
          Object.defineProperty(globalThis, name, { value: Object.freeze({ ...api }), enumerable: true }),
      },
      ipcRenderer: {
        invoke: (channel, ...args) => globalThis.__berthInvoke(channel, args),
        on: (channel, listener) => listeners.set(channel, [...(listeners.get(channel) ?? []), listener]),
      },
    };
    const require = (name) => {
      if (name === 'electron') return electron;
      throw new Error('a sandboxed preload script cannot require ' + name);
    };
    const module = { exports: {} };
    ((exports, require, module) => { ${code} })(module.exports, require, module);
  }`
}

export class StandInContents extends EventEmitter {
  readonly #wiring: Wiring
  readonly #frames = new Map<Frame, StandInFrame>()
  #openHandler: (details: { url: string }) => { action: string } = () => ({ action: 'allow' })
  #context: BrowserContext | undefined
  #page: Page | undefined
  #loading = false

  constructor(wiring: Wiring) {
    super()
    this.#wiring = wiring
  }

  /** The Chromium page, once loaded, for the test to act in. */
  get page(): Page {
    if (this.#page === undefined) throw new Error('the window has not loaded a page')
    return this.#page
  }
  get mainFrame(): StandInFrame | null {
    return this.#page === undefined ? null : this.#frameOf(this.#page.mainFrame())
  }
  isDestroyed() {
    return this.#context === undefined && this.#page !== undefined
  }
  isLoadingMainFrame() {
    return this.#page === undefined || this.#loading
  }
  setWindowOpenHandler(handler: (details: { url: string }) => { action: string }) {
    this.#openHandler = handler
  }

  async load(url: string) {
    this.#loading = true
    const context = await openChromium()
    this.#context = context
    await context.route('**/*', (route) => this.#answer(route))
    const page = await context.newPage()
    this.#page = page
    page.on('popup', (popup) => this.#popup(popup))
    await page.exposeBinding('__berthInvoke', (source, channel: string, args: unknown[]) =>
      this.#wiring.invoke(channel, { sender: this, senderFrame: this.#frameOf(source.frame) }, args),
    )
    await page.addInitScript({ content: preloadScript(readFileSync(this.#wiring.preload, 'utf8')) })
    await page.goto(toPage(url))
    this.#loading = false
    this.emit('did-finish-load')
  }

  send(channel: string, ...args: unknown[]) {
    // An event that comes while the page goes away is lost, as in Electron.
    this.#page
      ?.evaluate(
        ([name, rest]) => {
          const deliver: unknown = Reflect.get(globalThis, '__berthDeliver')
          if (typeof deliver === 'function') deliver(name, ...rest)
        },
        [channel, args] as const,
      )
      .catch(() => {})
  }

  async dispose() {
    const context = this.#context
    this.#context = undefined
    await context?.close()
  }

  #frameOf(frame: Frame): StandInFrame {
    const known = this.#frames.get(frame)
    if (known !== undefined) return known
    const made = {
      get url() {
        return fromPage(frame.url())
      },
    }
    this.#frames.set(frame, made)
    return made
  }

  async #popup(popup: Page) {
    const { action } = this.#openHandler({ url: fromPage(popup.url()) })
    if (action === 'deny') await popup.close()
    this.emit('popup-decided')
  }

  /** Whether a listener refused the page's own wish to go somewhere. */
  #isKept(request: PageRequest, isMainFrame: boolean): boolean {
    let kept = false
    const event = {
      url: fromPage(request.url()),
      isMainFrame,
      preventDefault: () => {
        kept = true
      },
    }
    if (isMainFrame) this.emit('will-navigate', event)
    this.emit('will-frame-navigate', event)
    this.emit('navigation-decided')
    return kept
  }

  async #answer(route: Route) {
    const request = route.request()
    const frame = frameOf(request)
    if (request.isNavigationRequest() && frame !== undefined && !this.#loading) {
      const ours = frame.page() === this.#page
      // No content: Chromium stays where it is.
      if (ours && this.#isKept(request, frame === this.#page?.mainFrame()))
        return route.fulfill({ status: 204 })
    }
    const response = await this.#wiring.serve(fromPage(request.url()))
    if (response === undefined) return route.fulfill({ status: 200, contentType: 'text/html', body: '' })
    return route.fulfill({
      status: response.status,
      headers: Object.fromEntries(response.headers),
      body: Buffer.from(await response.arrayBuffer()),
    })
  }
}

/** The frame a request is for; a window that is only being opened has none yet. */
function frameOf(request: PageRequest): Frame | undefined {
  try {
    return request.frame()
  } catch {
    return undefined
  }
}
