import { Radio } from '@base-ui/react/radio'
import { Ellipsis, KeyRound, PencilLine, Trash2 } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import type { Account } from '../../../../preload/accounts.ts'
import type { Provider } from '../../../../preload/shapes.ts'
import { cx } from '../../lib/cx.ts'
import { IconButton } from '../../ui/button.tsx'
import { Menu, MenuItem, MenuSeparator } from '../../ui/menu.tsx'
import { StateDot } from '../../ui/state-dot.tsx'
import { Time } from '../../ui/time.tsx'
import { RemoveAccount, RenameAccount, ReplaceKey } from './account-dialogs.tsx'
import { accountName, accountStates } from './account-names.ts'

const ICON = { size: 16, strokeWidth: 1.75, 'aria-hidden': true } as const

export interface AccountRowProps {
  readonly account: Account
  readonly provider: Provider
  /** True for the account the user was sent here for. */
  readonly focus: boolean
}

type Doing = 'rename' | 'replace' | 'remove'

export function AccountRow({ account, provider, focus }: AccountRowProps) {
  const [doing, setDoing] = useState<Doing>()
  const row = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (focus) row.current?.scrollIntoView({ block: 'center' })
  }, [focus])
  const name = accountName(account)
  const close = () => setDoing(undefined)
  return (
    <div ref={row} className={cx('px-4 py-2.5', focus && 'bg-accent-soft')}>
      <div className="flex items-center gap-3">
        <Radio.Root
          value={account.id}
          aria-label={`Use ${name}`}
          className="flex size-4 shrink-0 items-center justify-center rounded-full border border-line-strong bg-raised data-checked:border-accent data-checked:bg-accent"
        >
          <Radio.Indicator className="size-1.5 rounded-full bg-accent-text" />
        </Radio.Root>
        <div className="min-w-0 flex-1">
          <div className="flex items-baseline gap-2">
            <span className="truncate font-medium">{name}</span>
            {account.active && <span className="shrink-0 text-sm text-accent">active</span>}
          </div>
          <code className="block truncate text-[12px] text-muted">{account.preview}</code>
        </div>
        <LastUsed at={account.lastUsedAt} />
        <span className="w-24 shrink-0">
          <StateDot {...accountStates[account.state]} />
        </span>
        <RowMenu name={name} onDo={setDoing} />
      </div>
      {account.lastError !== undefined && (
        <p className="mt-1 ml-7 text-sm break-words text-trouble">{account.lastError}</p>
      )}
      {doing === 'rename' && <RenameAccount account={account} onClose={close} />}
      {doing === 'replace' && <ReplaceKey account={account} provider={provider} onClose={close} />}
      {doing === 'remove' && <RemoveAccount account={account} provider={provider} onClose={close} />}
    </div>
  )
}

function LastUsed({ at }: { readonly at: number | undefined }) {
  return (
    <span className="w-32 shrink-0 text-right text-sm text-muted">
      {at === undefined ? (
        'not used yet'
      ) : (
        <>
          used <Time at={at} />
        </>
      )}
    </span>
  )
}

function RowMenu({ name, onDo }: { readonly name: string; readonly onDo: (doing: Doing) => void }) {
  return (
    <Menu
      trigger={
        <IconButton label={`More for ${name}`}>
          <Ellipsis {...ICON} />
        </IconButton>
      }
    >
      <MenuItem icon={<PencilLine {...ICON} />} onSelect={() => onDo('rename')}>
        Rename
      </MenuItem>
      <MenuItem icon={<KeyRound {...ICON} />} onSelect={() => onDo('replace')}>
        Replace the key
      </MenuItem>
      <MenuSeparator />
      <MenuItem icon={<Trash2 {...ICON} />} danger onSelect={() => onDo('remove')}>
        Remove
      </MenuItem>
    </Menu>
  )
}
