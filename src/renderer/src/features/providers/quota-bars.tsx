import type { Account } from '../../../../preload/accounts.ts'
import type { QuotaWindow } from '../../../../preload/pools.ts'
import { usePools } from '../../context.ts'
import { cx } from '../../lib/cx.ts'
import { absoluteTime } from '../../lib/format.ts'
import { useNow } from '../../lib/hooks.ts'
import { Meter } from '../../ui/meter.tsx'
import { toldWords, usedShare, windowWords } from './pool-words.ts'

const NONE: readonly QuotaWindow[] = []

/** The vendor's own windows, each for itself as it was told. */
export function QuotaBars({ account }: { readonly account: Account }) {
  const windows = usePools(
    (state) => state.pools?.[account.providerId]?.accounts.find((one) => one.accountId === account.id)?.quota,
  )
  const shown = windows ?? NONE
  const now = useNow(10_000, shown.length > 0)
  if (shown.length === 0) return null
  return (
    <dl className="mt-2 ml-7 flex flex-wrap gap-x-5 gap-y-2 text-sm">
      {shown.map((window) => (
        <Bar key={window.name} window={window} now={now} />
      ))}
    </dl>
  )
}

function Bar({ window, now }: { readonly window: QuotaWindow; readonly now: number }) {
  const { name, at, resetsAt } = window
  const over = resetsAt !== undefined && resetsAt <= now
  const share = over ? undefined : usedShare(window)
  const tone = share === undefined || share < 0.8 ? 'plain' : share < 1 ? 'waiting' : 'trouble'
  return (
    <div className={cx('w-56', over && 'opacity-70')}>
      <dt className="flex items-baseline justify-between gap-2">
        <span className="truncate">{name}</span>
        <span className="shrink-0 text-muted" title={absoluteTime(at)}>
          {toldWords(at, now)}
        </span>
      </dt>
      <dd>
        {share !== undefined && (
          <Meter label={`Used of ${name}`} value={share} tone={tone} className="my-1 h-1" />
        )}
        <span className="text-muted" title={resetsAt === undefined ? undefined : absoluteTime(resetsAt)}>
          {windowWords(window, now)}
        </span>
      </dd>
    </div>
  )
}
