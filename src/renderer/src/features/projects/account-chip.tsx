import { ChevronDown, KeyRound, Pin } from 'lucide-react'
import type { Account } from '../../../../preload/accounts.ts'
import type { Project } from '../../../../preload/shapes.ts'
import { useAsks, useGo, useProviders } from '../../context.ts'
import { Button } from '../../ui/button.tsx'
import { Menu, MenuItem, MenuNote, MenuSeparator } from '../../ui/menu.tsx'
import { accountName, accountsOf, needsRepair } from '../providers/account-names.ts'
import { type Choice, reasonOf } from '../providers/choice.ts'
import { AccountChoices } from './account-choices.tsx'
import { useChoice } from './use-choice.ts'

const ICON = { size: 14, strokeWidth: 1.75, 'aria-hidden': true } as const

/** Which account pays and why; opens to pin one here, or to switch for all. */
export function AccountChip({ project }: { readonly project: Project }) {
  const all = useProviders((state) => state.accounts)
  const open = useAsks((state) => state.open)
  const go = useGo()
  const accounts = accountsOf(all, project.providerId)
  const choice = useChoice(project)
  const { account } = choice
  if (all === undefined) return null
  if (accounts.length === 0)
    return (
      <Button size="sm" onClick={() => go({ page: 'add-provider', providerId: project.providerId })}>
        <KeyRound {...ICON} /> Connect
      </Button>
    )
  return (
    <Menu triggerId="account-chip" trigger={<Chip choice={choice} />}>
      <Why project={project} choice={choice} />
      <AccountChoices project={project} accounts={accounts} />
      <MenuSeparator />
      {account !== undefined && (
        <MenuItem onSelect={() => open({ what: 'pin', accountId: account.id, projectId: project.id })}>
          <span className="pl-6">Pin {accountName(account)} for …</span>
        </MenuItem>
      )}
      <MenuItem onSelect={() => go({ page: 'add-provider', providerId: project.providerId })}>
        <span className="pl-6">Add an account</span>
      </MenuItem>
    </Menu>
  )
}

function Chip({ choice, ...rest }: { readonly choice: Choice }) {
  const { account, by } = choice
  const pinned = by !== 'active'
  return (
    <Button
      kind="ghost"
      size="sm"
      className="min-w-0 shrink font-normal"
      aria-label={`Account: ${account === undefined ? 'none' : accountName(account)}, ${pinned ? 'pinned' : 'automatic'}`}
      {...rest}
    >
      {pinned ? <Pin {...ICON} className="shrink-0" /> : <KeyRound {...ICON} className="shrink-0" />}
      <span className={tone(account)}>{account === undefined ? 'no account' : accountName(account)}</span>
      <ChevronDown {...ICON} className="shrink-0 text-muted" />
    </Button>
  )
}

const tone = (account: Account | undefined): string =>
  account !== undefined && needsRepair(account) ? 'truncate text-trouble' : 'truncate'

/** Why this account is used now, in words. */
function Why({ project, choice }: { readonly project: Project; readonly choice: Choice }) {
  const provider = useProviders((state) => state.providers?.find((one) => one.id === project.providerId))
  const models = useProviders((state) => state.models[project.providerId])
  const model = models?.find((one) => one.id === project.modelId)?.name ?? project.modelId
  const up = project.state !== 'stopped' && project.state !== 'failed'
  return (
    <MenuNote>
      {reasonOf(choice, { provider: provider?.name ?? project.providerId, model })}
      {project.delivery === 'direct' && up && ' It holds the key it was started with until it is restarted.'}
    </MenuNote>
  )
}
