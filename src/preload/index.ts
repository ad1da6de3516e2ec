import { contextBridge, ipcRenderer } from 'electron'
import type { AnyEvent, BerthBridge, Envelope } from './contract.ts'

/** Both names are the main side's too (`desktop/ipc.ts`); a sandboxed preload script is one file and imports nothing. */
const INVOKE = 'berth:invoke'
const EVENT = 'berth:event'
/** Events kept for a page that does not listen yet. */
const MAX_EARLY = 100

function unanswered(): Envelope<never> {
  return {
    ok: false,
    error: {
      code: 'internal',
      message: 'The call was not answered. Reload the window; if that does not help, restart Berth.',
    },
  }
}

function createBridge(): BerthBridge {
  const listeners = new Set<(event: AnyEvent) => void>()
  const early: AnyEvent[] = []

  ipcRenderer.on(EVENT, (_event, event: AnyEvent) => {
    for (const listener of listeners) listener(event)
    // A deep link may open the window before the page listens.
    if (listeners.size === 0 && early.length < MAX_EARLY) early.push(event)
  })

  return {
    invoke: (method, input) => ipcRenderer.invoke(INVOKE, method, input).catch(unanswered),
    on: (listener) => {
      listeners.add(listener)
      for (const event of early.splice(0)) listener(event)
      return () => {
        listeners.delete(listener)
      }
    },
    onConnection: (listener) => {
      // The main side lives as long as its window: the way to it is never lost.
      queueMicrotask(() => listener(true))
      return () => {}
    },
  }
}

contextBridge.exposeInMainWorld('berth', createBridge())
