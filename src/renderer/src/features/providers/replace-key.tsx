import { useState } from 'react'
import type { Account } from '../../../../preload/accounts.ts'
import type { Provider } from '../../../../preload/shapes.ts'
import { useProviders, useTests } from '../../context.ts'
import { useAction } from '../../lib/use-action.ts'
import { Button } from '../../ui/button.tsx'
import { showDone } from '../shell/notices.ts'
import { accountName } from './account-names.ts'
import { FormDialog } from './form-dialog.tsx'
import { KeyField } from './key-field.tsx'
import { KeyTestNote } from './key-test-note.tsx'
import { useTestedSave } from './use-tested-save.ts'

export interface ReplaceKeyProps {
  readonly account: Account
  readonly provider: Provider
  readonly onClose: () => void
}

/** Another key in the place of the one an account has; everything that uses the account follows. */
export function ReplaceKey({ account, provider, onClose }: ReplaceKeyProps) {
  const replaceKey = useProviders((state) => state.replaceKey)
  const dismiss = useTests((state) => state.dismiss)
  const action = useAction()
  const [key, setKey] = useState('')
  const saving = useTestedSave(provider.id, { key, fields: account.fields }, async () => {
    const done = await action.run(() => replaceKey(account.id, key.trim()))
    if (done === undefined) return
    dismiss(account.id)
    onClose()
    showDone(`${accountName(account)} has a new key, used from the next request on.`)
  })
  const testing = saving.test?.testing === true
  return (
    <FormDialog
      title={`Replace the key of ${accountName(account)}`}
      action={testing ? 'Testing …' : saving.held ? 'Replace anyway' : 'Replace'}
      ready={key.trim() !== ''}
      busy={action.busy || testing}
      extra={
        testing && (
          <Button kind="ghost" className="mr-auto" onClick={() => void saving.skip()}>
            Replace without waiting
          </Button>
        )
      }
      onSubmit={() => void saving.submit()}
      onClose={onClose}
    >
      <p className="text-muted">
        The key it has now, <code className="text-fg">{account.preview}</code>, is forgotten. Every project
        and pin that uses this account follows.
      </p>
      <KeyField
        value={key}
        provider={provider}
        onChange={(next) => {
          action.clear()
          setKey(next)
        }}
        error={action.error?.message ?? saving.errors.key}
        autoFocus
      />
      <KeyTestNote saving={saving} />
    </FormDialog>
  )
}
