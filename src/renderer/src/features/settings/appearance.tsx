import { Radio } from '@base-ui/react/radio'
import { RadioGroup } from '@base-ui/react/radio-group'
import { Monitor, Moon, Sun } from 'lucide-react'
import { useUi } from '../../context.ts'
import { GroupBox, GroupRow } from '../../ui/group-box.tsx'
import type { Theme } from '../shell/ui-store.ts'

const THEMES: readonly { readonly value: Theme; readonly label: string; readonly icon: typeof Sun }[] = [
  { value: 'system', label: 'As the system', icon: Monitor },
  { value: 'light', label: 'Light', icon: Sun },
  { value: 'dark', label: 'Dark', icon: Moon },
]

export function Appearance() {
  const theme = useUi((state) => state.theme)
  const setTheme = useUi((state) => state.setTheme)
  return (
    <GroupBox title="Appearance">
      <GroupRow
        title="Theme"
        titleId="theme"
        action={
          <RadioGroup
            aria-labelledby="theme"
            value={theme}
            onValueChange={(value: Theme) => setTheme(value)}
            className="flex rounded-sm border border-line bg-sunken p-0.5"
          >
            {THEMES.map(({ value, label, icon: Icon }) => (
              <Radio.Root
                key={value}
                value={value}
                aria-label={label}
                className="flex h-7 items-center gap-1.5 rounded-xs px-2.5 text-sm text-muted data-checked:bg-raised data-checked:font-medium data-checked:text-fg data-checked:shadow-sm data-checked:shadow-shade/30"
              >
                <Icon size={14} strokeWidth={1.75} aria-hidden="true" />
                {label}
              </Radio.Root>
            ))}
          </RadioGroup>
        }
      >
        For this window only.
      </GroupRow>
    </GroupBox>
  )
}
