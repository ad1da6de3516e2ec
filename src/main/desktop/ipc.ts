import { type BrowserWindow, type IpcMainInvokeEvent, ipcMain } from 'electron'
import type { Envelope } from '../../preload/contract.ts'
import type { Dispatch } from '../rpc/dispatch.ts'
import type { OwnPages } from './own-pages.ts'

/** The one channel of calls, and the one of events. `preload/index.ts` has the same names. */
export const INVOKE_CHANNEL = 'berth:invoke'
export const EVENT_CHANNEL = 'berth:event'

const FOREIGN: Envelope<never> = {
  ok: false,
  error: { code: 'unauthorized', message: "The call did not come from Berth's own window." },
}

/** True for a call from the main frame of our window, while it shows a page of ours. */
function isOwn(event: IpcMainInvokeEvent, window: BrowserWindow | undefined, pages: OwnPages): boolean {
  const frame = event.senderFrame
  return (
    window !== undefined &&
    event.sender === window.webContents &&
    frame !== null &&
    frame === window.webContents.mainFrame &&
    pages.includes(frame.url)
  )
}

/** Answers the window's calls until the returned function is called. The sender is checked here, once for all methods. */
export function serveCalls(deps: {
  readonly dispatch: Dispatch
  readonly pages: OwnPages
  readonly window: () => BrowserWindow | undefined
}): () => void {
  ipcMain.handle(INVOKE_CHANNEL, (event, method: unknown, input: unknown) =>
    isOwn(event, deps.window(), deps.pages) ? deps.dispatch(String(method), input, 'window') : FOREIGN,
  )
  return () => ipcMain.removeHandler(INVOKE_CHANNEL)
}
