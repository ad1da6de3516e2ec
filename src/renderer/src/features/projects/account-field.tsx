import { usePins, useProviders } from '../../context.ts'
import { Field } from '../../ui/field.tsx'
import { Select } from '../../ui/select.tsx'
import { accountName, accountStates, accountsOf, needsRepair } from '../providers/account-names.ts'
import { type Asking, choiceAs, reasonOf } from '../providers/choice.ts'

export interface AccountFieldProps {
  /** The project as it is filled in; without an id it is still to be made. */
  readonly project: Omit<Asking, 'accountId'>
  /** Empty: automatic. */
  readonly value: string
  readonly onChange: (accountId: string) => void
}

/** Which account's key goes on the project's requests. */
export function AccountField({ project, value, onChange }: AccountFieldProps) {
  const all = useProviders((state) => state.accounts)
  const pins = usePins((state) => state.pins)
  const provider = useProviders((state) => state.providers?.find((one) => one.id === project.providerId))
  const models = useProviders((state) => state.models[project.providerId])
  const accounts = accountsOf(all, project.providerId)
  const choiceFor = (accountId: string | undefined) => choiceAs(project, accountId, accounts, pins ?? [])
  const automatic = choiceFor(undefined).account
  const names = {
    provider: provider?.name ?? project.providerId,
    model: models?.find((one) => one.id === project.modelId)?.name ?? project.modelId,
  }
  return (
    <Field label="Account" hint={reasonOf(choiceFor(value === '' ? undefined : value), names)}>
      {(control) => (
        <Select
          id={control.id}
          label="Account"
          value={accounts.some((account) => account.id === value) ? value : ''}
          onChange={onChange}
          options={[
            {
              value: '',
              label: automatic === undefined ? 'Automatic' : `Automatic (now ${accountName(automatic)})`,
            },
            ...accounts.map((account) => ({
              value: account.id,
              label: `Always ${accountName(account)}`,
              hint:
                needsRepair(account) || account.state === 'disabled'
                  ? `${account.preview} · ${accountStates[account.state].word}`
                  : account.preview,
            })),
          ]}
        />
      )}
    </Field>
  )
}
