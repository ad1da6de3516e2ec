import type { Activity } from '../../../../preload/conversation.ts'
import type { Project } from '../../../../preload/shapes.ts'
import { useGo, usePools } from '../../context.ts'
import { useNow } from '../../lib/hooks.ts'
import { Button } from '../../ui/button.tsx'
import { coolingNow, countdown } from '../providers/pool-words.ts'

interface ActivityLineProps {
  readonly project: Project
  readonly activity: Activity
  readonly stopHint: boolean
}

/** What OpenCode is doing, as a small line; a retry counts down. */
export function ActivityLine({ project, activity, stopHint }: ActivityLineProps) {
  if (activity.state === 'idle') return null
  return (
    <div className="flex min-h-7 items-start gap-2 px-1.5 py-1 text-sm text-muted">
      <span aria-hidden="true" className="pulse mt-1.5 size-2 shrink-0 rounded-full bg-busy" />
      {activity.state === 'busy' ? <span>Working</span> : <Retry project={project} activity={activity} />}
      {stopHint && <span className="text-fg">Press Esc again to stop.</span>}
    </div>
  )
}

interface RetryProps {
  readonly project: Project
  readonly activity: Extract<Activity, { state: 'retry' }>
}

/** Why it tries again and when; with the way to the accounts where one of them rests. */
function Retry({ project, activity }: RetryProps) {
  const pool = usePools((state) => state.pools?.[project.providerId])
  const go = useGo()
  const now = useNow(500)
  const resting = pool?.accounts.find(({ standings }) => coolingNow(standings, now).length > 0)
  const left = activity.nextAt - now
  return (
    <div className="min-w-0">
      <p className="break-words">
        {activity.message} Attempt {activity.attempt + 1} {left > 0 ? `in ${countdown(left)}` : 'now'}.
      </p>
      {resting !== undefined && (
        <Button
          size="sm"
          className="mt-1.5"
          onClick={() => go({ page: 'providers', accountId: resting.accountId })}
        >
          Open Providers
        </Button>
      )}
    </div>
  )
}
