import { RefreshCw } from 'lucide-react'
import { useEffect } from 'react'
import type { Account } from '../../../../preload/accounts.ts'
import type { QuotaWindow } from '../../../../preload/pools.ts'
import { usePools, useQuota } from '../../context.ts'
import { cx } from '../../lib/cx.ts'
import { absoluteTime } from '../../lib/format.ts'
import { useNow } from '../../lib/hooks.ts'
import { Button } from '../../ui/button.tsx'
import { Meter } from '../../ui/meter.tsx'
import { accountName, isUsable } from './account-names.ts'
import { isUsedUp, toldWords, usedShare, windowWords } from './pool-words.ts'

const NONE: readonly QuotaWindow[] = []

/**
 * The vendor's own windows, each for itself as it was told. Where the vendor can be asked for them it is asked when they
 * come into sight, and again by hand.
 */
export function QuotaBars({ account }: { readonly account: Account }) {
  const pool = usePools((state) => state.pools?.[account.providerId])
  const shown = pool?.accounts.find((one) => one.accountId === account.id)?.quota ?? NONE
  const asks = pool?.asks === true && isUsable(account)
  const now = useNow(10_000, shown.length > 0)
  const ask = useQuota((state) => state.ask)
  useEffect(() => {
    if (asks) void ask(account.id, false)
  }, [asks, account.id, ask])
  if (shown.length === 0 && !asks) return null
  return (
    <div className="mt-2 ml-7 text-sm">
      <div className="flex flex-wrap items-start gap-x-5 gap-y-2">
        {shown.length > 0 && (
          <dl aria-label={`What is left of ${accountName(account)}`} className="contents">
            {shown.map((window) => (
              <Bar
                key={`${window.asked === true ? 'asked' : 'told'} ${window.name}`}
                window={window}
                now={now}
              />
            ))}
          </dl>
        )}
        {asks && <Refresh account={account} />}
      </div>
      {asks && <Outcome accountId={account.id} />}
    </div>
  )
}

function Bar({ window, now }: { readonly window: QuotaWindow; readonly now: number }) {
  const { name, at, asked, resetsAt } = window
  const over = resetsAt !== undefined && resetsAt <= now
  const share = over ? undefined : usedShare(window)
  const tone = share === undefined || share < 0.8 ? 'plain' : share < 1 ? 'waiting' : 'trouble'
  return (
    <div className={cx(asked === true ? 'w-64' : 'w-56', over && 'opacity-70')}>
      <dt className="flex items-baseline justify-between gap-2">
        <span className="truncate">{name}</span>
        <span
          className="shrink-0 text-muted"
          title={`${asked === true ? 'Asked' : 'Came with an answer'} ${absoluteTime(at)}`}
        >
          {toldWords(window, now)}
        </span>
      </dt>
      <dd>
        {share !== undefined && (
          <Meter label={`Used of ${name}`} value={share} tone={tone} className="my-1 h-1" />
        )}
        <span
          className={isUsedUp(window) && !over ? 'text-trouble' : 'text-muted'}
          title={resetsAt === undefined ? undefined : absoluteTime(resetsAt)}
        >
          {windowWords(window, now)}
        </span>
      </dd>
    </div>
  )
}

function Refresh({ account }: { readonly account: Account }) {
  const ask = useQuota((state) => state.ask)
  const under = useQuota((state) => state.askings[account.id]?.under === true)
  return (
    <Button
      size="sm"
      kind="ghost"
      busy={under}
      aria-label={`Refresh what is left of ${accountName(account)}`}
      className="-mt-1"
      onClick={() => void ask(account.id, true)}
    >
      <RefreshCw size={14} strokeWidth={1.75} aria-hidden="true" />
      Refresh
    </Button>
  )
}

/** Why there is nothing newer. Quietly: it says nothing about the account. */
function Outcome({ accountId }: { readonly accountId: string }) {
  const asking = useQuota((state) => state.askings[accountId])
  return (
    <div role="status" className="text-muted">
      {asking?.problem !== undefined && (
        <p className="mt-1 break-words">Could not be asked: {asking.problem}</p>
      )}
      {asking?.early === true && <p className="mt-1">A vendor is asked at most once a minute.</p>}
    </div>
  )
}
