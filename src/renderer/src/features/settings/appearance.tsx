import { Monitor, Moon, Sun } from 'lucide-react'
import { useUi } from '../../context.ts'
import { GroupBox, GroupRow } from '../../ui/group-box.tsx'
import { type Segment, Segmented } from '../../ui/segmented.tsx'
import type { Theme } from '../shell/ui-store.ts'

const ICON = { size: 14, strokeWidth: 1.75, 'aria-hidden': true } as const

const THEMES: readonly Segment<Theme>[] = [
  { value: 'system', label: 'As the system', icon: <Monitor {...ICON} /> },
  { value: 'light', label: 'Light', icon: <Sun {...ICON} /> },
  { value: 'dark', label: 'Dark', icon: <Moon {...ICON} /> },
]

export function Appearance() {
  const theme = useUi((state) => state.theme)
  const setTheme = useUi((state) => state.setTheme)
  return (
    <GroupBox title="Appearance">
      <GroupRow
        title="Theme"
        titleId="theme"
        action={<Segmented labelledBy="theme" value={theme} options={THEMES} onChange={setTheme} />}
      >
        For this window only.
      </GroupRow>
    </GroupBox>
  )
}
