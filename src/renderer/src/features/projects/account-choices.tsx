import type { Account } from '../../../../preload/accounts.ts'
import type { Project } from '../../../../preload/shapes.ts'
import { usePins, useProjects, useProviders } from '../../context.ts'
import { MenuChoice, MenuSeparator, Submenu } from '../../ui/menu.tsx'
import { accountName, accountStates, isUsable, needsRepair } from '../providers/account-names.ts'
import { pinAt } from '../providers/pin-words.ts'
import { showDone, showFailure } from '../shell/notices.ts'

export interface AccountChoicesProps {
  readonly project: Project
  /** Of the project's provider, in the order of its pool. */
  readonly accounts: readonly Account[]
}

const AUTOMATIC = 'automatic'

/** Pin one for this project, for its model here, or switch the active one for every project. */
export function AccountChoices({ project, accounts }: AccountChoicesProps) {
  const update = useProjects((state) => state.update)
  const active = accounts.find((account) => account.active)
  const pin = async (value: string) => {
    const answer = await update({ projectId: project.id, accountId: value === AUTOMATIC ? null : value })
    if (!answer.ok) showFailure(answer.error)
  }
  const now = active === undefined ? '' : `, now ${accountName(active)}`
  return (
    <>
      <MenuChoice
        label="This project uses"
        value={project.accountId ?? AUTOMATIC}
        onChange={(value) => void pin(value)}
        options={[
          { value: AUTOMATIC, label: 'Automatic', hint: `the active account${now}` },
          ...accounts.map((account) => option(account, `Always ${accountName(account)}`)),
        ]}
      />
      <MenuSeparator />
      <ForModel project={project} accounts={accounts} />
      {accounts.length > 1 && <ForAll accounts={accounts} active={active} />}
    </>
  )
}

/** For the model the project has now, in this project alone. */
function ForModel({ project, accounts }: AccountChoicesProps) {
  const { pins, set, remove } = usePins((state) => state)
  const models = useProviders((state) => state.models[project.providerId])
  const model = models?.find((one) => one.id === project.modelId)?.name ?? project.modelId
  const place = { projectId: project.id, modelId: project.modelId }
  const pinned = pinAt(pins ?? [], { providerId: project.providerId, ...place })
  const choose = async (value: string) => {
    const answer =
      value === AUTOMATIC
        ? await remove({ providerId: project.providerId, ...place })
        : await set({ accountId: value, ...place })
    if (!answer.ok) showFailure(answer.error)
  }
  return (
    <Submenu label={`For ${model} in this project`}>
      <MenuChoice
        label={`${model} in this project uses`}
        value={pinned?.accountId ?? AUTOMATIC}
        onChange={(value) => void choose(value)}
        options={[
          { value: AUTOMATIC, label: 'As its other models' },
          ...accounts.map((account) => option(account, `Always ${accountName(account)}`)),
        ]}
      />
    </Submenu>
  )
}

interface ForAllProps {
  readonly accounts: readonly Account[]
  readonly active: Account | undefined
}

function ForAll({ accounts, active }: ForAllProps) {
  const activate = useProviders((state) => state.activate)
  const switchTo = async (accountId: string) => {
    const answer = await activate(accountId)
    if (answer.ok) showDone(`${accountName(answer.value)} is used from the next request on.`)
    else showFailure(answer.error)
  }
  return (
    <>
      <MenuSeparator />
      <MenuChoice
        label="Active, for every project"
        value={active?.id ?? ''}
        onChange={(value) => void switchTo(value)}
        options={accounts.map((account) => ({
          value: account.id,
          label: accountName(account),
          disabled: !isUsable(account),
        }))}
      />
    </>
  )
}

const option = (account: Account, label: string) => ({
  value: account.id,
  label,
  hint: facts(account),
  disabled: !isUsable(account),
})

function facts(account: Account): string {
  const { word } = accountStates[account.state]
  return needsRepair(account) || !isUsable(account) ? `${account.preview} · ${word}` : account.preview
}
