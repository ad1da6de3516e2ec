import { useState } from 'react'
import type { Provider } from '../../../../preload/shapes.ts'
import { useProviders } from '../../context.ts'
import { useAction } from '../../lib/use-action.ts'
import { Button } from '../../ui/button.tsx'

export interface RemoveCustomProps {
  readonly provider: Provider
  readonly onDone: () => void
}

/** Removes a server of the user's own, at the second press. */
export function RemoveCustom({ provider, onDone }: RemoveCustomProps) {
  const removeCustom = useProviders((state) => state.removeCustom)
  const action = useAction()
  const [sure, setSure] = useState(false)
  const remove = async () => {
    if (!sure) return setSure(true)
    const done = await action.run(() => removeCustom(provider.id))
    if (done !== undefined) onDone()
  }
  return (
    <span className="mr-auto flex min-w-0 items-center gap-2">
      <Button
        kind={sure ? 'danger' : 'ghost'}
        className={sure ? '' : 'text-trouble'}
        busy={action.busy}
        onClick={() => void remove()}
      >
        {sure ? 'Remove for good' : 'Remove'}
      </Button>
      {action.error !== undefined && <span className="text-sm text-trouble">{action.error.message}</span>}
    </span>
  )
}
