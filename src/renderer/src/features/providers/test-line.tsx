import { X } from 'lucide-react'
import type { Account } from '../../../../preload/accounts.ts'
import { useTests } from '../../context.ts'
import { IconButton } from '../../ui/button.tsx'
import { accountName, needsRepair } from './account-names.ts'
import { CheckWords } from './test-words.tsx'

export interface TestLineProps {
  readonly account: Account
  readonly onReplace: () => void
}

/** Below an account: what its newest test showed; else what is wrong with it, and what to do. */
export function TestLine({ account, onReplace }: TestLineProps) {
  const result = useTests((state) => state.results[account.id])
  const dismiss = useTests((state) => state.dismiss)
  const shown = result !== undefined && result.state !== 'testing'
  const repair = needsRepair(account) && account.type === 'api'
  if (!shown && account.lastError === undefined) return <div role="status" />
  return (
    <div role="status" className="appear mt-1 ml-7 flex items-start gap-2">
      {result?.state === 'done' && <CheckWords check={result.check} />}
      {result?.state === 'failed' && (
        <p className="min-w-0 flex-1 text-sm break-words text-trouble">
          It could not be tested. {result.failure.message}
        </p>
      )}
      {!shown && <p className="min-w-0 flex-1 text-sm break-words text-trouble">{account.lastError}</p>}
      {repair && (
        <button
          type="button"
          onClick={onReplace}
          className="shrink-0 rounded-xs text-sm font-medium text-accent underline underline-offset-2"
        >
          Replace key
        </button>
      )}
      {shown && (
        <IconButton
          label={`Put away the test of ${accountName(account)}`}
          className="-my-1.5 mr-0.5"
          onClick={() => dismiss(account.id)}
        >
          <X size={14} strokeWidth={1.75} aria-hidden="true" />
        </IconButton>
      )}
    </div>
  )
}
