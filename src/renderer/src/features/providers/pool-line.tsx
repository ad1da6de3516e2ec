import { useId, useState } from 'react'
import type { Pool } from '../../../../preload/pools.ts'
import type { Provider } from '../../../../preload/shapes.ts'
import { usePools } from '../../context.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Select } from '../../ui/select.tsx'
import { Switch } from '../../ui/switch.tsx'
import { showFailure } from '../shell/notices.ts'
import { strategies } from './pool-words.ts'

/** How the accounts of a provider share its requests. Only where there are several. */
export function PoolLine({ provider }: { readonly provider: Provider }) {
  const pool = usePools((state) => state.pools?.[provider.id])
  if (pool === undefined || pool.accounts.length < 2) return null
  return <Controls pool={pool} provider={provider} />
}

function Controls({ pool, provider }: { readonly pool: Pool; readonly provider: Provider }) {
  const update = usePools((state) => state.update)
  const [asking, setAsking] = useState(false)
  const id = useId()
  const change = async (part: Partial<Pick<Pool, 'strategy' | 'rotate'>>) => {
    const answer = await update({ providerId: provider.id, ...part })
    if (!answer.ok) showFailure(answer.error)
  }
  return (
    <div className="border-b border-line bg-bg px-4 py-2.5">
      <div className="flex items-center gap-3">
        <div className="min-w-0 flex-1">
          <div id={id} className="font-medium">
            Let accounts take over from each other
          </div>
          <div className="text-sm text-muted">
            {pool.rotate
              ? 'When one is limited, another answers the same request. Pinned accounts stay.'
              : 'Only the active account is used; when it is limited, requests wait or fail.'}
          </div>
        </div>
        {pool.rotate && (
          <div className="w-60 shrink-0">
            <Select
              label={`Which account of ${provider.name} is next`}
              value={pool.strategy}
              options={strategies}
              onChange={(strategy) => void change({ strategy })}
            />
          </div>
        )}
        <Switch
          labelledBy={id}
          checked={pool.rotate}
          onChange={(on) => (on ? setAsking(true) : void change({ rotate: false }))}
        />
      </div>
      <TermsDialog
        open={asking}
        name={provider.name}
        onClose={() => setAsking(false)}
        onAgree={() => {
          setAsking(false)
          void change({ rotate: true })
        }}
      />
    </div>
  )
}

interface TermsDialogProps {
  readonly open: boolean
  readonly name: string
  readonly onClose: () => void
  readonly onAgree: () => void
}

function TermsDialog({ open, name, onClose, onAgree }: TermsDialogProps) {
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={`Let accounts of ${name} take over?`}
      actions={
        <>
          <Button onClick={onClose}>Leave it off</Button>
          <Button kind="primary" onClick={onAgree}>
            Let them take over
          </Button>
        </>
      }
    >
      <p className="mt-1">
        {name}’s terms apply to each of these accounts, and some vendors do not allow several accounts to be
        used to get around a limit. Turn this on where yours may be used this way.
      </p>
      <p className="mt-2 text-muted">
        A project or model with a pinned account never changes to another one.
      </p>
    </Dialog>
  )
}
