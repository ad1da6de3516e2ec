import type { ConnectionCheck } from '../../../../preload/accounts.ts'
import { duration } from '../../lib/format.ts'
import { StateDot } from '../../ui/state-dot.tsx'
import { verdictWords } from './verdicts.ts'

/** What a test showed: its verdict, the sentence, and how long it took. */
export function CheckWords({ check }: { readonly check: ConnectionCheck }) {
  return (
    <span className="min-w-0 flex-1 text-sm break-words">
      <StateDot {...verdictWords[check.verdict]} />{' '}
      <span className="ml-1">
        {check.message} <span className="text-muted">({duration(check.durationMs)})</span>
      </span>
    </span>
  )
}
