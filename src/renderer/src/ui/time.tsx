import { absoluteTime, relativeTime } from '../lib/format.ts'
import { useNow } from '../lib/hooks.ts'

/** A moment, relative to now; the absolute is on hover. */
export function Time({ at }: { readonly at: number }) {
  const now = useNow(30_000)
  return (
    <time dateTime={new Date(at).toISOString()} title={absoluteTime(at)} className="whitespace-nowrap">
      {relativeTime(at, now)}
    </time>
  )
}
