import { RefreshCw } from 'lucide-react'
import type { Discovery, Provider } from '../../../../preload/shapes.ts'
import { useProviders } from '../../context.ts'
import { useAction } from '../../lib/use-action.ts'
import { Button } from '../../ui/button.tsx'
import { Time } from '../../ui/time.tsx'

export interface DiscoveryLineProps {
  readonly provider: Provider
  readonly discovery: Discovery
}

/** When a server was last asked for its models, what it said, and a button to ask again. */
export function DiscoveryLine({ provider, discovery }: DiscoveryLineProps) {
  const refreshModels = useProviders((state) => state.refreshModels)
  const action = useAction()
  const problem = action.error?.message ?? discovery.problem
  return (
    <div className="flex items-center gap-3 border-b border-line bg-bg px-4 py-1.5 text-sm">
      <div role="status" className="min-w-0 flex-1 break-words text-muted">
        {discovery.fetchedAt === undefined ? (
          'Its server has not told its models yet.'
        ) : (
          <>
            Models as its server told them <Time at={discovery.fetchedAt} />
            {discovery.stale && problem === undefined && '; it is being asked anew'}.
          </>
        )}
        {problem !== undefined && <span className="text-trouble"> {problem}</span>}
      </div>
      <Button
        size="sm"
        kind="ghost"
        busy={action.busy}
        onClick={() => void action.run(() => refreshModels(provider.id))}
      >
        <RefreshCw size={14} strokeWidth={1.75} aria-hidden="true" /> Refresh models
      </Button>
    </div>
  )
}
