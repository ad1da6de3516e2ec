import { type Opened, readRecord } from './opened.ts'

/** For how long a text is kept that was opened once. */
const KEPT_MS = 60_000

/**
 * Reads records, and keeps what it opened for a minute: opening one takes longer than all else the vault does for a request,
 * and requests come in rows. Nothing is kept of a vault that was changed or locked since.
 */
export function createKept() {
  let of: Opened | undefined
  let texts = new Map<string, string>()
  let timer: NodeJS.Timeout | undefined
  function forget(): void {
    clearTimeout(timer)
    timer = undefined
    of = undefined
    texts = new Map()
  }
  return {
    forget,
    /** As `readRecord`. */
    read(opened: Opened, id: string): string | undefined {
      if (of !== opened) forget()
      const known = texts.get(id)
      if (known !== undefined) return known
      const text = readRecord(opened, id)
      if (text === undefined) return undefined
      of = opened
      texts.set(id, text)
      timer ??= setTimeout(forget, KEPT_MS).unref()
      return text
    },
  }
}
