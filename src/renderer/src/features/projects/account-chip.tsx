import { ChevronDown, KeyRound, Pin } from 'lucide-react'
import type { Account } from '../../../../preload/accounts.ts'
import type { Project } from '../../../../preload/shapes.ts'
import { useGo, useProjects, useProviders } from '../../context.ts'
import { Button } from '../../ui/button.tsx'
import { Menu, MenuChoice, MenuItem, MenuSeparator } from '../../ui/menu.tsx'
import { accountInUse, accountName, accountStates, needsRepair } from '../providers/account-names.ts'
import { showDone, showFailure } from '../shell/notices.ts'

const ICON = { size: 14, strokeWidth: 1.75, 'aria-hidden': true } as const

/** Which account pays; opens to pin one for this project, or to switch for all. */
export function AccountChip({ project }: { readonly project: Project }) {
  const all = useProviders((state) => state.accounts)
  const go = useGo()
  const accounts = (all ?? []).filter((account) => account.providerId === project.providerId)
  const account = accountInUse(project, accounts)
  if (all === undefined) return null
  if (accounts.length === 0)
    return (
      <Button size="sm" onClick={() => go({ page: 'add-provider', providerId: project.providerId })}>
        <KeyRound {...ICON} /> Connect
      </Button>
    )
  return (
    <Menu
      trigger={
        <Button
          kind="ghost"
          size="sm"
          id="account-chip"
          className="min-w-0 shrink font-normal"
          aria-label={chipLabel(project, account)}
        >
          {project.accountId === undefined ? (
            <KeyRound {...ICON} className="shrink-0" />
          ) : (
            <Pin {...ICON} className="shrink-0" />
          )}
          <span
            className={account !== undefined && needsRepair(account) ? 'truncate text-trouble' : 'truncate'}
          >
            {account === undefined ? 'no account' : accountName(account)}
          </span>
          <ChevronDown {...ICON} className="shrink-0 text-muted" />
        </Button>
      }
    >
      <Choices project={project} accounts={accounts} />
      <MenuSeparator />
      <MenuItem onSelect={() => go({ page: 'add-provider', providerId: project.providerId })}>
        <span className="pl-6">Add an account</span>
      </MenuItem>
    </Menu>
  )
}

function chipLabel(project: Project, account: Account | undefined): string {
  const name = account === undefined ? 'none' : accountName(account)
  return `Account: ${name}, ${project.accountId === undefined ? 'automatic' : 'pinned'}`
}

interface ChoicesProps {
  readonly project: Project
  readonly accounts: readonly Account[]
}

const AUTOMATIC = 'automatic'

function Choices({ project, accounts }: ChoicesProps) {
  const update = useProjects((state) => state.update)
  const activate = useProviders((state) => state.activate)
  const active = accounts.find((account) => account.active)
  const pin = async (value: string) => {
    const accountId = value === AUTOMATIC ? null : value
    const answer = await update({ projectId: project.id, accountId })
    if (!answer.ok) showFailure(answer.error)
  }
  const switchTo = async (accountId: string) => {
    const answer = await activate(accountId)
    if (answer.ok) showDone(`${accountName(answer.value)} is used from the next request on.`)
    else showFailure(answer.error)
  }
  return (
    <>
      <MenuChoice
        label="This project uses"
        value={project.accountId ?? AUTOMATIC}
        onChange={(value) => void pin(value)}
        options={choicesOf(accounts, active)}
      />
      {accounts.length > 1 && (
        <>
          <MenuSeparator />
          <MenuChoice
            label="Active, for every project"
            value={active?.id ?? ''}
            onChange={(value) => void switchTo(value)}
            options={accounts.map((account) => ({ value: account.id, label: accountName(account) }))}
          />
        </>
      )}
    </>
  )
}

function choicesOf(accounts: readonly Account[], active: Account | undefined) {
  const now = active === undefined ? '' : `, now ${accountName(active)}`
  const always = accounts.map((account) => ({
    value: account.id,
    label: `Always ${accountName(account)}`,
    hint: facts(account),
  }))
  return [{ value: AUTOMATIC, label: 'Automatic', hint: `the active account${now}` }, ...always]
}

function facts(account: Account): string {
  const { word } = accountStates[account.state]
  return needsRepair(account) ? `${account.preview} · ${word}` : account.preview
}
