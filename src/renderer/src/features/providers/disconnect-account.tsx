import type { Account } from '../../../../preload/accounts.ts'
import type { Provider } from '../../../../preload/shapes.ts'
import { usePins, useProjects, useProviders } from '../../context.ts'
import { useAction } from '../../lib/use-action.ts'
import { Confirm } from '../../ui/dialog.tsx'
import { Note } from '../../ui/notes.tsx'
import { showDone } from '../shell/notices.ts'
import { accountName } from './account-names.ts'
import { consequencesOf } from './consequences.ts'
import { usePinNames } from './use-pin-names.ts'

export interface DisconnectAccountProps {
  readonly account: Account
  readonly provider: Provider
  readonly onClose: () => void
}

/** Asks before an account and its secret go, and says what follows. */
export function DisconnectAccount({ account, provider, onClose }: DisconnectAccountProps) {
  const remove = useProviders((state) => state.remove)
  const follows = useConsequences(account, provider)
  const action = useAction()
  const confirm = async () => {
    const done = await action.run(() => remove(account.id))
    if (done === undefined) return
    onClose()
    showDone(`${accountName(account)} was disconnected.`)
  }
  return (
    <Confirm
      open
      onClose={onClose}
      title={`Disconnect ${accountName(account)}?`}
      description={
        <>
          {account.type === 'api' ? 'Its key' : 'Its login'}{' '}
          <code className="text-fg">{account.preview}</code> is deleted from the vault. It stays valid at{' '}
          {provider.name} until you revoke it there.
        </>
      }
      action="Disconnect"
      busy={action.busy}
      error={action.error !== undefined && <Note className="mt-3">{action.error.message}</Note>}
      onConfirm={() => void confirm()}
    >
      {follows.length > 0 && (
        <ul className="mt-3 list-disc space-y-1 pl-4.5">
          {follows.map((sentence) => (
            <li key={sentence}>{sentence}</li>
          ))}
        </ul>
      )}
    </Confirm>
  )
}

function useConsequences(account: Account, provider: Provider): string[] {
  // Chosen outside of the selectors: a new list at each look would be a change at each look, without end.
  const accounts = useProviders((state) => state.accounts) ?? []
  const pins = usePins((state) => state.pins) ?? []
  const projects = useProjects((state) => state.projects) ?? []
  const names = usePinNames(account.providerId)
  return consequencesOf(account, { accounts, pins, projects, names, provider: provider.name })
}
