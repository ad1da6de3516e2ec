/** Keyboard helpers. `mod` is Cmd on a Mac and Ctrl elsewhere. */

export const isMac = /mac/i.test(globalThis.navigator?.platform ?? '')

export interface KeyPress {
  readonly key: string
  readonly metaKey: boolean
  readonly ctrlKey: boolean
  readonly altKey: boolean
  readonly shiftKey: boolean
}

/** True when a press is the combination, written as `mod+shift+a`, `alt+1`, `?` or `escape`. */
export function pressed(event: KeyPress, combination: string, mac: boolean = isMac): boolean {
  const parts = combination.toLowerCase().split('+')
  const key = parts.at(-1) ?? ''
  const mod = mac ? event.metaKey : event.ctrlKey
  const otherMod = mac ? event.ctrlKey : event.metaKey
  if (mod !== parts.includes('mod') || otherMod) return false
  if (event.altKey !== parts.includes('alt')) return false
  // A sign such as `?` needs shift on some keyboards and not on others, so only letters and names are strict about it.
  if (/^[a-z0-9]/.test(key) && event.shiftKey !== parts.includes('shift')) return false
  return event.key.toLowerCase() === key
}

/** A combination as it is written on this system's keys. */
export function spelled(combination: string, mac: boolean = isMac): string[] {
  const names: Record<string, string> = mac
    ? { mod: '⌘', shift: '⇧', alt: '⌥', enter: '↵', escape: 'Esc' }
    : { mod: 'Ctrl', shift: 'Shift', alt: 'Alt', enter: 'Enter', escape: 'Esc' }
  return combination.split('+').map((part) => names[part] ?? (part.length === 1 ? part.toUpperCase() : part))
}

/** True while the user is typing, so that single letters are text and not commands. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  return target.isContentEditable || /^(input|textarea|select)$/i.test(target.tagName)
}
