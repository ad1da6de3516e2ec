import { Snowflake } from 'lucide-react'
import type { Account } from '../../../../preload/accounts.ts'
import { usePools } from '../../context.ts'
import { absoluteTime } from '../../lib/format.ts'
import { useNow } from '../../lib/hooks.ts'
import { useAction } from '../../lib/use-action.ts'
import { Button } from '../../ui/button.tsx'
import { showDone, showFailure } from '../shell/notices.ts'
import { accountName } from './account-names.ts'
import {
  type CoolingNow,
  coolingNow,
  coolingWords,
  countdown,
  standingsOf,
  untilClock,
} from './pool-words.ts'

/** What an account rests from, how long still, and why, in the vendor's words. */
export function CoolingLines({ account }: { readonly account: Account }) {
  const pool = usePools((state) => state.pools?.[account.providerId])
  const standings = standingsOf(pool, account.id)
  const some = standings.some(({ cooling }) => cooling !== undefined)
  const now = useNow(1000, some)
  const lines = coolingNow(standings, now)
  if (lines.length === 0) return null
  return (
    <ul aria-label={`Limits of ${accountName(account)}`} className="mt-1.5 ml-7 space-y-1">
      {lines.map((line) => (
        <Line key={line.family ?? ''} account={account} line={line} now={now} />
      ))}
    </ul>
  )
}

interface LineProps {
  readonly account: Account
  readonly line: CoolingNow
  readonly now: number
}

function Line({ account, line: { family, cooling }, now }: LineProps) {
  const left = countdown(cooling.until - now)
  return (
    <li className="flex items-start gap-2 text-sm">
      <Snowflake size={13} strokeWidth={1.75} aria-hidden="true" className="mt-1.5 shrink-0 text-waiting" />
      <div className="min-w-0 flex-1 py-1">
        <span className="font-medium text-waiting">
          {family ?? 'Limited'}{' '}
          <time title={absoluteTime(cooling.until)}>until {untilClock(cooling.until, now)}</time>,{' '}
          {coolingWords[cooling.kind]}
        </span>
        <span className="text-muted"> · {left} left</span>
        {cooling.said !== '' && <span className="block break-words text-muted">“{cooling.said}”</span>}
      </div>
      <TryNow account={account} family={family} />
    </li>
  )
}

function TryNow({ account, family }: { readonly account: Account; readonly family: string | undefined }) {
  const reset = usePools((state) => state.reset)
  const action = useAction()
  const name = accountName(account)
  const run = async () => {
    const done = await action.run(async () => {
      const answer = await reset(account.id, family)
      if (!answer.ok) showFailure(answer.error)
      return answer
    })
    if (done !== undefined) showDone(`The next request may go by ${name} again.`)
  }
  return (
    <Button
      size="sm"
      kind="ghost"
      busy={action.busy}
      aria-label={`Try now: ${name}${family === undefined ? '' : `, ${family}`}`}
      onClick={() => void run()}
    >
      Try now
    </Button>
  )
}
