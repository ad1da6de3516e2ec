import { CircleCheck } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import type { ImportItem, ImportPreview, ImportResult } from '../../../../preload/imports.ts'
import { useGo, useImports, useProviders, useTests } from '../../context.ts'
import { plural } from '../../lib/format.ts'
import { Button } from '../../ui/button.tsx'
import { Monogram } from '../../ui/monogram.tsx'
import { StateDot, type StateTone } from '../../ui/state-dot.tsx'
import { accountName } from '../providers/account-names.ts'
import type { TestResult } from '../providers/tests-store.ts'
import { verdictWords } from '../providers/verdicts.ts'

type Outcome = ImportResult['items'][number]

interface ResultViewProps {
  readonly preview: ImportPreview
  readonly result: ImportResult
}

/** What became of each item, and what to do next. */
export function ResultView({ preview, result }: ResultViewProps) {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => heading.current?.focus(), [])
  const here = result.items.flatMap((one) =>
    one.accountId !== undefined && one.outcome !== 'skipped' ? [one.accountId] : [],
  )
  return (
    <div>
      <div className="mb-5 flex items-center gap-3">
        <CircleCheck size={20} strokeWidth={1.75} aria-hidden="true" className="shrink-0 text-ok" />
        <h2 ref={heading} tabIndex={-1} className="text-title font-semibold outline-none">
          {resultWords(result)}
        </h2>
      </div>
      <ul className="divide-y divide-line overflow-hidden rounded-lg border border-line bg-raised">
        {result.items.map((outcome) => (
          <li key={outcome.id}>
            <ResultRow outcome={outcome} item={preview.items.find((item) => item.id === outcome.id)} />
          </li>
        ))}
      </ul>
      <NextSteps accountIds={here} />
    </div>
  )
}

/** `3 accounts added, 1 replaced, 2 left.` */
export function resultWords({ items }: Pick<ImportResult, 'items'>): string {
  const count = (outcome: Outcome['outcome']) => items.filter((one) => one.outcome === outcome).length
  const [added, replaced, skipped, refused] = [
    count('added'),
    count('replaced'),
    count('skipped'),
    count('refused'),
  ]
  const parts = [
    added > 0 && `${plural(added, 'account')} added`,
    replaced > 0 && `${replaced} replaced`,
    skipped > 0 && `${skipped} left`,
    refused > 0 && `${refused} refused`,
  ].filter((part) => part !== false)
  if (added + replaced === 0) return `Nothing was changed${parts.length > 0 ? `: ${parts.join(', ')}` : ''}.`
  return `${parts.join(', ')}.`
}

function NextSteps({ accountIds }: { readonly accountIds: readonly string[] }) {
  const go = useGo()
  const reset = useImports((state) => state.reset)
  const leave = (place: Parameters<typeof go>[0]) => {
    reset()
    go(place)
  }
  const some = accountIds.length > 0
  const test = useTests((state) => state.test)
  const [testing, setTesting] = useState(false)
  const testAll = async () => {
    setTesting(true)
    for (const accountId of accountIds) await test(accountId)
    setTesting(false)
  }
  return (
    <div className="mt-5 flex flex-wrap gap-2">
      {some && (
        <Button kind="primary" busy={testing} onClick={() => void testAll()}>
          {accountIds.length === 1 ? 'Test it' : 'Test them'}
        </Button>
      )}
      {some && <Button onClick={() => leave({ page: 'new-project' })}>Start a project</Button>}
      <Button onClick={() => leave({ page: 'providers' })}>Show providers</Button>
      <Button kind="ghost" onClick={reset}>
        Import more
      </Button>
    </div>
  )
}

const OUTCOMES: Readonly<Record<Outcome['outcome'], { word: string; tone: StateTone }>> = {
  added: { word: 'added', tone: 'ok' },
  replaced: { word: 'replaced', tone: 'ok' },
  skipped: { word: 'left', tone: 'rest' },
  refused: { word: 'refused', tone: 'trouble' },
}

const SAME = { word: 'already here', tone: 'rest' } as const

interface ResultRowProps {
  readonly outcome: Outcome
  readonly item: ImportItem | undefined
}

function ResultRow({ outcome, item }: ResultRowProps) {
  const account = useProviders((state) => state.accounts?.find((one) => one.id === outcome.accountId))
  const providerId = account?.providerId ?? item?.providerId
  const vendor = useProviders((state) => state.providers?.find((one) => one.id === providerId)?.name)
  const named = account ?? item
  const test = testWords(useTests((state) => state.results[outcome.accountId ?? '']))
  return (
    <div className="flex items-center gap-3 px-4 py-2.5">
      <Monogram name={vendor ?? providerId ?? '?'} />
      <div className="min-w-0 flex-1">
        <div className="truncate">
          <span className="font-medium">{named === undefined ? 'An item' : accountName(named)}</span>
          {vendor !== undefined && <span className="text-muted">, {vendor}</span>}
        </div>
        {outcome.reason !== undefined && (
          <div className="text-sm break-words text-muted">{outcome.reason}</div>
        )}
        {test !== undefined && (
          <div className="text-sm break-words text-muted" role="status">
            {test.message}
          </div>
        )}
      </div>
      {test === undefined ? (
        <StateDot {...(item?.state === 'same' ? SAME : OUTCOMES[outcome.outcome])} />
      ) : (
        <StateDot {...test.state} />
      )}
    </div>
  )
}

interface TestWords {
  readonly state: { readonly word: string; readonly tone: StateTone; readonly moving?: boolean }
  readonly message: string
}

/** How a test of it went; it takes the place of what became of it. */
function testWords(result: TestResult | undefined): TestWords | undefined {
  switch (result?.state) {
    case undefined:
      return undefined
    case 'testing':
      return { state: { word: 'testing', tone: 'busy', moving: true }, message: '' }
    case 'failed':
      return { state: { word: 'not tested', tone: 'waiting' }, message: result.failure.message }
    case 'done':
      return {
        state: {
          tone: verdictWords[result.check.verdict].tone,
          word: verdictWords[result.check.verdict].word.toLowerCase(),
        },
        message: result.check.message,
      }
  }
}
