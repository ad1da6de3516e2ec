import { useState } from 'react'
import { useProviders, useStatus } from '../../context.ts'
import { useAction } from '../../lib/use-action.ts'
import { Button } from '../../ui/button.tsx'
import { Confirm } from '../../ui/dialog.tsx'
import { Note } from '../../ui/notes.tsx'
import { accountName } from '../providers/account-names.ts'
import { showDone } from '../shell/notices.ts'

/** Records that do not open: which, and the two ways on. */
export function DamagedRecords({ ids }: { readonly ids: readonly string[] }) {
  const names = useRecordNames(ids)
  const changeVault = useStatus((state) => state.changeVault)
  const [asking, setAsking] = useState(false)
  const mend = useAction()
  const [tried, setTried] = useState(false)
  const tryToMend = async () => {
    const done = await mend.run(() => changeVault((bridge) => bridge.invoke('vault.mendDamaged', {})))
    if (done === undefined) return
    const left = done.value.state === 'ready' ? (done.value.damaged?.length ?? 0) : ids.length
    setTried(left > 0)
    if (left < ids.length) showDone(left === 0 ? 'Every record is whole again.' : 'Some records were mended.')
  }
  return (
    <div className="p-4">
      <Note
        title={`${ids.length === 1 ? 'One record' : `${ids.length} records`} of the vault cannot be read`}
        actions={
          <>
            <Button size="sm" busy={mend.busy} onClick={() => void tryToMend()}>
              Mend from the earlier file
            </Button>
            <Button size="sm" onClick={() => setAsking(true)}>
              Discard
            </Button>
          </>
        }
      >
        {names.join(', ')}. Everything else is whole.{' '}
        {tried
          ? 'The earlier file does not have them either. Replace the keys of these accounts.'
          : 'The vault’s earlier file may still have them.'}
        {mend.error !== undefined && <p className="mt-1">{mend.error.message}</p>}
      </Note>
      {asking && <DiscardDialog names={names} onClose={() => setAsking(false)} />}
    </div>
  )
}

/** An account's record by the account's name; another by its own. */
function useRecordNames(ids: readonly string[]): string[] {
  const accounts = useProviders((state) => state.accounts)
  return ids.map((id) => {
    const account = accounts?.find(
      (one) => id === one.id || id.endsWith(`:${one.id}`) || id.endsWith(`/${one.id}`),
    )
    return account === undefined ? id : `${accountName(account)} (${account.preview})`
  })
}

function DiscardDialog({
  names,
  onClose,
}: {
  readonly names: readonly string[]
  readonly onClose: () => void
}) {
  const changeVault = useStatus((state) => state.changeVault)
  const action = useAction()
  const discard = async () => {
    const done = await action.run(() => changeVault((bridge) => bridge.invoke('vault.discardDamaged', {})))
    if (done === undefined) return
    onClose()
    showDone('The damaged records were discarded.')
  }
  return (
    <Confirm
      open
      onClose={onClose}
      title="Discard the damaged records?"
      description={
        <>
          Lost for good: {names.join(', ')}. The accounts stay in the list without a secret; replace their
          keys, or remove them.
        </>
      }
      action="Discard"
      busy={action.busy}
      error={action.error !== undefined && <Note className="mt-3">{action.error.message}</Note>}
      onConfirm={() => void discard()}
    />
  )
}
