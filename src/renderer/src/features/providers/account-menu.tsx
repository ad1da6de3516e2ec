import {
  ArrowDown,
  ArrowUp,
  CircleCheck,
  CircleSlash,
  Ellipsis,
  KeyRound,
  PencilLine,
  Pin,
  PlugZap,
  Unplug,
} from 'lucide-react'
import type { Account } from '../../../../preload/accounts.ts'
import { IconButton } from '../../ui/button.tsx'
import { Menu, MenuItem, MenuSeparator } from '../../ui/menu.tsx'
import { accountName } from './account-names.ts'

const ICON = { size: 16, strokeWidth: 1.75, 'aria-hidden': true } as const

export type AccountAct =
  | 'test'
  | 'edit'
  | 'replace'
  | 'pin'
  | 'enable'
  | 'disable'
  | 'up'
  | 'down'
  | 'disconnect'

export interface AccountMenuProps {
  readonly account: Account
  /** Its provider left the catalog: nothing can be asked of it. */
  readonly gone: boolean
  readonly first: boolean
  readonly last: boolean
  readonly onAct: (act: AccountAct) => void
}

/** Everything one can do with an account. */
export function AccountMenu({ account, gone, first, last, onAct }: AccountMenuProps) {
  const disabled = account.state === 'disabled'
  return (
    <Menu
      trigger={
        <IconButton label={`More for ${accountName(account)}`}>
          <Ellipsis {...ICON} />
        </IconButton>
      }
    >
      <MenuItem icon={<PlugZap {...ICON} />} disabled={gone} onSelect={() => onAct('test')}>
        Test connection
      </MenuItem>
      <MenuItem icon={<PencilLine {...ICON} />} onSelect={() => onAct('edit')}>
        Edit
      </MenuItem>
      {account.type === 'api' && (
        <MenuItem icon={<KeyRound {...ICON} />} disabled={gone} onSelect={() => onAct('replace')}>
          Replace key
        </MenuItem>
      )}
      <MenuItem icon={<Pin {...ICON} />} disabled={gone} onSelect={() => onAct('pin')}>
        Pin for …
      </MenuItem>
      {!(first && last) && (
        <>
          <MenuSeparator />
          <MenuItem icon={<ArrowUp {...ICON} />} disabled={first} onSelect={() => onAct('up')}>
            Move up
          </MenuItem>
          <MenuItem icon={<ArrowDown {...ICON} />} disabled={last} onSelect={() => onAct('down')}>
            Move down
          </MenuItem>
        </>
      )}
      <MenuSeparator />
      <MenuItem
        icon={disabled ? <CircleCheck {...ICON} /> : <CircleSlash {...ICON} />}
        onSelect={() => onAct(disabled ? 'enable' : 'disable')}
      >
        {disabled ? 'Enable' : 'Disable'}
      </MenuItem>
      <MenuItem icon={<Unplug {...ICON} />} danger onSelect={() => onAct('disconnect')}>
        Disconnect
      </MenuItem>
    </Menu>
  )
}
