import type { Activity } from '../../../../preload/conversation.ts'
import { useNow } from '../../lib/hooks.ts'

/** What OpenCode is doing, as a small line; a retry counts down. */
export function ActivityLine({
  activity,
  stopHint,
}: {
  readonly activity: Activity
  readonly stopHint: boolean
}) {
  if (activity.state === 'idle') return null
  return (
    <div className="flex min-h-7 items-center gap-2 px-1.5 text-sm text-muted">
      <span aria-hidden="true" className="pulse size-2 shrink-0 rounded-full bg-busy" />
      {activity.state === 'busy' ? <span>Working</span> : <RetryWords activity={activity} />}
      {stopHint && <span className="text-fg">Press Esc again to stop.</span>}
    </div>
  )
}

function RetryWords({ activity }: { readonly activity: Extract<Activity, { state: 'retry' }> }) {
  const now = useNow(500)
  const left = Math.max(0, Math.ceil((activity.nextAt - now) / 1000))
  return (
    <span>
      {activity.message}{' '}
      {left > 0 ? `Attempt ${activity.attempt + 1} in ${left} s.` : `Attempt ${activity.attempt + 1} now.`}
    </span>
  )
}
