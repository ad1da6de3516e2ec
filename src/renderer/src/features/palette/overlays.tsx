import { useStores, useUi } from '../../context.ts'
import { useKeys } from '../../lib/hooks.ts'
import { isTyping, pressed } from '../../lib/keys.ts'
import type { Stores } from '../../stores.ts'
import { AccountAsks } from '../providers/account-asks.tsx'
import { commandsOf, focusComposer, openAccountMenu, toggleInspector } from './commands.ts'
import { Palette } from './palette.tsx'
import { ShortcutsSheet } from './shortcuts-sheet.tsx'

/** The palette, the sheet of shortcuts, and the keys that work everywhere. */
export function Overlays() {
  const stores = useStores()
  const overlay = useUi((state) => state.overlay)
  const setOverlay = useUi((state) => state.setOverlay)
  useKeys((event) => {
    const act = globalKey(event, stores)
    if (act === undefined) return
    event.preventDefault()
    act()
  })
  const close = () => setOverlay(undefined)
  return (
    <>
      {overlay === 'palette' && <Palette commands={commandsOf(stores)} onClose={close} />}
      <AccountAsks />
      <ShortcutsSheet open={overlay === 'shortcuts'} onClose={close} />
    </>
  )
}

/** What a key press does anywhere in the app; undefined when it means nothing here. */
function globalKey(event: KeyboardEvent, stores: Stores): (() => void) | undefined {
  const { overlay, setOverlay } = stores.ui.getState()
  const { go } = stores.route.getState()
  if (pressed(event, 'mod+k')) return () => setOverlay(overlay === 'palette' ? undefined : 'palette')
  if (overlay !== undefined || document.querySelector('[role="dialog"]') !== null) return undefined
  for (const [digit, page] of PLACES)
    if (pressed(event, `mod+${digit}`) || pressed(event, `alt+${digit}`)) return () => go({ page })
  if (pressed(event, 'mod+n')) return () => go({ page: 'new-project' })
  if (pressed(event, 'mod+l')) return focusComposer
  if (pressed(event, 'mod+i')) return () => toggleInspector(stores)
  if (pressed(event, 'mod+shift+a')) return openAccountMenu
  if (isTyping(event.target)) return undefined
  if (pressed(event, '?')) return () => setOverlay('shortcuts')
  if (pressed(event, 'c')) return () => go({ page: 'new-project' })
  return undefined
}

const PLACES = [
  ['1', 'projects'],
  ['2', 'providers'],
  ['3', 'activity'],
  ['4', 'usage'],
  ['5', 'settings'],
] as const
