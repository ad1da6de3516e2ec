import { Radio } from '@base-ui/react/radio'
import { RadioGroup } from '@base-ui/react/radio-group'
import { Monitor, Moon, Sun } from 'lucide-react'
import type { ReactNode } from 'react'
import { useStatus, useUi } from '../../context.ts'
import { useTitle } from '../../lib/hooks.ts'
import { Button } from '../../ui/button.tsx'
import { Note } from '../../ui/notes.tsx'
import { Page } from '../../ui/page.tsx'
import { StateDot } from '../../ui/state-dot.tsx'
import type { Theme } from '../shell/ui-store.ts'

export function SettingsPage() {
  useTitle('Settings')
  return (
    <Page title="Settings" narrow>
      <div className="space-y-8">
        <Appearance />
        <Vault />
        <About />
      </div>
    </Page>
  )
}

function Group({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section aria-label={title}>
      <h2 className="mb-2 text-title font-semibold">{title}</h2>
      <div className="rounded-lg border border-line bg-raised">{children}</div>
    </section>
  )
}

const THEMES: readonly { readonly value: Theme; readonly label: string; readonly icon: typeof Sun }[] = [
  { value: 'system', label: 'As the system', icon: Monitor },
  { value: 'light', label: 'Light', icon: Sun },
  { value: 'dark', label: 'Dark', icon: Moon },
]

function Appearance() {
  const theme = useUi((state) => state.theme)
  const setTheme = useUi((state) => state.setTheme)
  return (
    <Group title="Appearance">
      <div className="flex items-center gap-4 px-4 py-3">
        <div className="flex-1">
          <div className="font-medium" id="theme">
            Theme
          </div>
          <div className="text-sm text-muted">For this window only.</div>
        </div>
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
      </div>
    </Group>
  )
}

function Vault() {
  const vault = useStatus((state) => state.status?.vault)
  const lock = useStatus((state) => state.lock)
  if (vault?.state !== 'ready') return null
  return (
    <Group title="Vault">
      <div className="flex items-center gap-4 px-4 py-3">
        <div className="flex-1">
          <div className="font-medium">
            {vault.keeper === 'keychain' ? 'Kept by the system keychain' : 'Kept by your passphrase'}
          </div>
          <div className="text-sm text-muted">
            {vault.keeper === 'keychain'
              ? 'Keys are encrypted on this machine; the keychain holds the key to them.'
              : 'Keys are encrypted on this machine; the passphrase is asked for at each start.'}
          </div>
        </div>
        <StateDot tone="ok" word="open" />
        <Button size="sm" onClick={() => void lock()}>
          Lock
        </Button>
      </div>
      {vault.damaged !== undefined && (
        <Note className="mx-4 mb-3">
          {`${vault.damaged.length} of its records cannot be read: ${vault.damaged.join(', ')}. The rest is not touched by it. Replace the keys of those accounts.`}
        </Note>
      )}
    </Group>
  )
}

function About() {
  const info = useStatus((state) => state.info)
  if (info === undefined) return null
  const facts = [
    ['Berth', info.version],
    ['OpenCode', info.openCodeVersion],
    ['Shown in', info.surface === 'desktop' ? 'its own window' : 'a browser'],
    ['Files', info.dataDir],
  ] as const
  return (
    <Group title="About">
      <dl className="divide-y divide-line">
        {facts.map(([name, value]) => (
          <div key={name} className="flex gap-4 px-4 py-2.5">
            <dt className="w-28 shrink-0 text-muted">{name}</dt>
            <dd className="min-w-0 font-mono text-code break-all">{value}</dd>
          </div>
        ))}
      </dl>
    </Group>
  )
}
