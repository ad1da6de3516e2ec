import { useState } from 'react'
import type { Account } from '../../../../preload/accounts.ts'
import type { Envelope } from '../../../../preload/contract.ts'
import type { Provider } from '../../../../preload/shapes.ts'
import { useProviders } from '../../context.ts'
import { useAction } from '../../lib/use-action.ts'
import { Note } from '../../ui/notes.tsx'
import { ExtraFields, type FieldValues, filled, LabelFields, lacksField } from './account-fields.tsx'
import { accountName } from './account-names.ts'
import { FormDialog } from './form-dialog.tsx'

export interface EditAccountProps {
  readonly account: Account
  readonly provider: Provider
  readonly onClose: () => void
}

/** What an account is called, and what its provider wants to know beside the key. */
export function EditAccount({ account, provider, onClose }: EditAccountProps) {
  const edit = useEdit(account)
  const action = useAction()
  const [label, setLabel] = useState(account.label)
  const [namespace, setNamespace] = useState(account.namespace)
  const [fields, setFields] = useState<FieldValues>(account.fields)
  const save = async () => {
    const done = await action.run(() => edit({ label: label.trim(), namespace: namespace.trim() }, fields))
    if (done !== undefined) onClose()
  }
  const conflict = action.error?.code === 'conflict' ? action.error.message : undefined
  return (
    <FormDialog
      title={`Edit ${accountName(account)}`}
      action="Save"
      ready={label.trim() !== '' && !lacksField(provider.fields, fields)}
      busy={action.busy}
      onSubmit={() => void save()}
      onClose={onClose}
    >
      <LabelFields
        label={label}
        namespace={namespace}
        onLabel={setLabel}
        onNamespace={setNamespace}
        error={conflict}
      />
      <ExtraFields fields={provider.fields} values={fields} onChange={setFields} />
      {action.error !== undefined && conflict === undefined && <Note>{action.error.message}</Note>}
    </FormDialog>
  )
}

/** Keeps what differs: first the name, then the fields. */
function useEdit(account: Account) {
  const rename = useProviders((state) => state.rename)
  const setFields = useProviders((state) => state.setFields)
  return async (
    name: { readonly label: string; readonly namespace: string },
    fields: FieldValues,
  ): Promise<Envelope<Account>> => {
    let answer: Envelope<Account> = { ok: true, value: account }
    if (name.label !== account.label || name.namespace !== account.namespace)
      answer = await rename({ accountId: account.id, ...name })
    const wanted = filled(fields)
    if (answer.ok && !sameFields(wanted, account.fields)) answer = await setFields(account.id, wanted)
    return answer
  }
}

const sameFields = (a: FieldValues, b: FieldValues): boolean =>
  JSON.stringify(Object.entries(a).toSorted()) === JSON.stringify(Object.entries(b).toSorted())
