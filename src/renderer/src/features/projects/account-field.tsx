import { useProviders } from '../../context.ts'
import { Field } from '../../ui/field.tsx'
import { Select } from '../../ui/select.tsx'
import { accountName, accountStates, accountsOf, needsRepair } from '../providers/account-names.ts'

export interface AccountFieldProps {
  readonly providerId: string
  /** Empty: automatic. */
  readonly value: string
  readonly onChange: (accountId: string) => void
}

/** Which account's key goes on the project's requests. */
export function AccountField({ providerId, value, onChange }: AccountFieldProps) {
  const all = useProviders((state) => state.accounts)
  const accounts = accountsOf(all, providerId)
  const active = accounts.find((account) => account.active)
  const automatic = active === undefined ? 'Automatic' : `Automatic (now ${accountName(active)})`
  return (
    <Field
      label="Account"
      hint={
        value === ''
          ? 'Follows the active account of the provider, and pins for a model.'
          : 'Always this one, whichever is active, unless another is pinned for the model here.'
      }
    >
      {(control) => (
        <Select
          id={control.id}
          label="Account"
          value={accounts.some((account) => account.id === value) ? value : ''}
          onChange={onChange}
          options={[
            { value: '', label: automatic },
            ...accounts.map((account) => ({
              value: account.id,
              label: accountName(account),
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
