import { useState } from 'react'
import { useStatus } from '../../context.ts'
import { useAction } from '../../lib/use-action.ts'
import { Button } from '../../ui/button.tsx'
import { Confirm } from '../../ui/dialog.tsx'
import { Note } from '../../ui/notes.tsx'

/** The last way on from a vault that cannot be opened: it is kept under another name, and a new one begins. */
export function SetAside({ why }: { readonly why: string }) {
  const setAside = useStatus((state) => state.setVaultAside)
  const [asking, setAsking] = useState(false)
  const action = useAction()
  const confirm = async () => {
    const done = await action.run(setAside)
    if (done !== undefined) setAsking(false)
  }
  return (
    <div className="mt-5 border-t border-line pt-4">
      <p className="text-sm text-muted">{why}</p>
      <Button size="sm" className="mt-2" onClick={() => setAsking(true)}>
        Set the vault aside
      </Button>
      <Confirm
        open={asking}
        onClose={() => setAsking(false)}
        title="Set this vault aside?"
        description={
          <>
            It is kept in the same folder under another name, and can be put back. Berth starts with a new,
            empty vault: your accounts stay in the list without their keys, until you import an export of
            yours or replace each key. Projects stay as they are.
          </>
        }
        action="Set it aside"
        busy={action.busy}
        error={action.error !== undefined && <Note className="mt-3">{action.error.message}</Note>}
        onConfirm={() => void confirm()}
      />
    </div>
  )
}
