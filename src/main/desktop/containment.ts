import { type Session, shell, type WebContents } from 'electron'
import type { OwnPages } from './own-pages.ts'

/** What a page may not do, whatever is in it: leave, open windows, ask for devices. */

/** The address if the system's browser may be asked to open it. */
export function externalUrl(url: string): string | undefined {
  if (!URL.canParse(url)) return undefined
  const parsed = new URL(url)
  return parsed.protocol === 'https:' && parsed.username === '' && parsed.password === ''
    ? parsed.href
    : undefined
}

function openOutside(url: string): void {
  const allowed = externalUrl(url)
  // Nothing to tell: the system says itself when it has no browser.
  if (allowed !== undefined) void shell.openExternal(allowed).catch(() => {})
}

/** Keeps a page on Berth's own addresses. Links to the web open in the system's browser. */
export function contain(contents: WebContents, pages: OwnPages): void {
  contents.setWindowOpenHandler(({ url }) => {
    openOutside(url)
    return { action: 'deny' }
  })
  contents.on('will-navigate', (event) => {
    if (pages.includes(event.url)) return
    event.preventDefault()
    openOutside(event.url)
  })
  // Neither a frame nor a server's redirect leads elsewhere; these were no click of the user's, so nothing is opened.
  contents.on('will-frame-navigate', (event) => {
    if (!event.isMainFrame && !pages.includes(event.url)) event.preventDefault()
  })
  contents.on('will-redirect', (event) => {
    if (!pages.includes(event.url)) event.preventDefault()
  })
  contents.on('will-attach-webview', (event) => event.preventDefault())
}

/** Denies every permission but one: copying to the clipboard from a page of ours. */
export function denyPermissions(session: Session, pages: OwnPages): void {
  const allowed = (permission: string, url: string) =>
    permission === 'clipboard-sanitized-write' && pages.includes(url)
  session.setPermissionRequestHandler((_contents, permission, answer, details) =>
    answer(allowed(permission, details.requestingUrl)),
  )
  session.setPermissionCheckHandler((_contents, permission, origin) => allowed(permission, origin))
  session.setDevicePermissionHandler(() => false)
}
