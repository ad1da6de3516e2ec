import { useState } from 'react'
import type { Output } from '../../../../preload/contract.ts'
import { useProviders, useStores } from '../../context.ts'
import { fromBase64, saveFile } from '../../lib/download.ts'
import { plural } from '../../lib/format.ts'
import { useAction } from '../../lib/use-action.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Note } from '../../ui/notes.tsx'
import { Working } from '../../ui/working.tsx'
import { accountName } from '../providers/account-names.ts'
import { FormDialog } from '../providers/form-dialog.tsx'
import { NewPassphraseFields, useNewPassphrase } from './new-passphrase.tsx'

type Exported = Pick<Output<'accounts.export'>, 'name' | 'accounts' | 'left'>

/** Asks for the passphrase, saves the file, and says what is in it and what is not. */
export function ExportDialog({ onClose }: { readonly onClose: () => void }) {
  const { bridge } = useStores()
  const next = useNewPassphrase()
  const action = useAction()
  const [done, setDone] = useState<Exported>()
  const save = async () => {
    const answer = await action.run(() => bridge.invoke('accounts.export', { passphrase: next.first }))
    if (answer === undefined) return
    const { file, ...rest } = answer.value
    saveFile(rest.name, fromBase64(file), 'application/octet-stream')
    setDone(rest)
  }
  if (done !== undefined) return <Saved done={done} onClose={onClose} />
  return (
    <FormDialog
      title="Export every account"
      description="The file is encrypted with the passphrase you choose now. Any age tool opens it with that; without it nobody can."
      action="Export"
      ready={next.ready}
      busy={action.busy}
      onSubmit={() => void save()}
      onClose={onClose}
    >
      <NewPassphraseFields value={next} autoFocus />
      {action.error !== undefined && <Note>{action.error.message}</Note>}
      <Working
        busy={action.busy}
        text="Sealing the export. Making its key is slow, which is what protects it."
      />
    </FormDialog>
  )
}

function Saved({ done, onClose }: { readonly done: Exported; readonly onClose: () => void }) {
  const accounts = useProviders((state) => state.accounts)
  const nameOf = (id: string) => {
    const account = accounts?.find((one) => one.id === id)
    return account === undefined ? id : accountName(account)
  }
  return (
    <Dialog
      open
      onClose={onClose}
      title={`${plural(done.accounts, 'account')} exported`}
      description={
        <>
          Saved as <code className="text-fg">{done.name}</code>. Keep the passphrase elsewhere than the file.
        </>
      }
      actions={
        <Button kind="primary" autoFocus onClick={onClose}>
          Done
        </Button>
      }
    >
      {done.left.length > 0 && (
        <Note kind="warning" className="mt-3" title={`${plural(done.left.length, 'account')} left out`}>
          <ul className="list-disc pl-4">
            {done.left.map(({ id, reason }) => (
              <li key={id}>
                {nameOf(id)}: {reason}
              </li>
            ))}
          </ul>
        </Note>
      )}
    </Dialog>
  )
}
