import { useState } from 'react'
import type { Account } from '../../../../preload/accounts.ts'
import type { Provider } from '../../../../preload/shapes.ts'
import { useGo, useProviders } from '../../context.ts'
import { useAction } from '../../lib/use-action.ts'
import { showDone } from '../shell/notices.ts'
import { type FieldValues, filled, lacksField } from './account-fields.tsx'
import { freeLabel } from './account-names.ts'
import { useTestedSave } from './use-tested-save.ts'

/** Sent to servers that ask for no key: what they get does not matter to them. */
export const NO_KEY = 'no-key'

export type KeyForm = ReturnType<typeof useKeyForm>

/** A new account as far as it is filled in, tested and saved. */
export function useKeyForm(provider: Provider, firstKey: string, first: boolean) {
  const { accounts, add } = useProviders((state) => state)
  const action = useAction()
  const done = useDone(provider, first)
  const [draft, setDraft] = useState(() => ({
    key: firstKey,
    label: freeLabel(accounts ?? [], provider.id),
    namespace: '',
    fields: {} as FieldValues,
  }))
  const saving = useTestedSave(provider.id, draft, async () => {
    const saved = await action.run(() =>
      add({
        providerId: provider.id,
        key: draft.key.trim(),
        label: draft.label.trim(),
        namespace: draft.namespace.trim(),
        fields: filled(draft.fields),
      }),
    )
    if (saved !== undefined) done(saved.value)
  })
  return {
    draft,
    change: (change: Partial<typeof draft>) => {
      action.clear()
      setDraft({ ...draft, ...change })
    },
    ready: draft.key.trim() !== '' && draft.label.trim() !== '' && !lacksField(provider.fields, draft.fields),
    action,
    saving,
  }
}

/** After connecting: on with the first run, or to the account among the others. */
function useDone(provider: Provider, first: boolean) {
  const go = useGo()
  return (account: Account) => {
    showDone(`${provider.name} is connected.`)
    go(first ? { page: 'projects' } : { page: 'providers', accountId: account.id })
  }
}
