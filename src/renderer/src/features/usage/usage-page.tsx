import { ChartColumn, Download } from 'lucide-react'
import { useEffect, useMemo } from 'react'
import { useUsage } from '../../context.ts'
import { saveFile } from '../../lib/download.ts'
import { useTitle } from '../../lib/hooks.ts'
import { useAction } from '../../lib/use-action.ts'
import { Button } from '../../ui/button.tsx'
import { LoadNote } from '../../ui/load-note.tsx'
import { EmptyState, Skeleton } from '../../ui/notes.tsx'
import { Page } from '../../ui/page.tsx'
import { Segmented } from '../../ui/segmented.tsx'
import { showDone, showFailure } from '../shell/notices.ts'
import { BudgetsSection } from './budgets-section.tsx'
import { ShareStrip } from './share-strip.tsx'
import { UsageChart } from './usage-chart.tsx'
import { type Group, type Measure, ranges } from './usage-range.ts'
import { stacksOf } from './usage-stacks.ts'
import type { UsageFacts } from './usage-store.ts'
import { groupWords, UsageTable } from './usage-table.tsx'
import { unpricedWords } from './usage-words.ts'
import { useGroupNames } from './use-group-names.ts'

/** What requests have used, and the limits to it. */
export function UsagePage() {
  useTitle('Usage')
  const load = useUsage((state) => state.load)
  useEffect(() => {
    void load()
  }, [load])
  return (
    <Page title="Usage" lead="What requests used, as the vendors counted it." actions={<RangePick />}>
      <div className="space-y-8">
        <Numbers />
        <BudgetsSection />
      </div>
    </Page>
  )
}

function RangePick() {
  const range = useUsage((state) => state.view.range)
  const choose = useUsage((state) => state.choose)
  return (
    <Segmented label="Time" value={range} options={ranges} onChange={(next) => choose({ range: next })} />
  )
}

function Numbers() {
  const { facts, error, load } = useUsage((state) => state)
  if (error !== undefined) return <LoadNote message={error.message} onRetry={load} />
  if (facts === undefined) return <Skeleton rows={8} />
  if (facts.totals.length === 0) return <Empty today={facts.view.range === 'today'} />
  return <Facts facts={facts} />
}

function Empty({ today }: { readonly today: boolean }) {
  return (
    <EmptyState
      icon={<ChartColumn size={24} strokeWidth={1.5} />}
      title={today ? 'Nothing was used today' : 'Nothing was used in this time'}
    >
      Each request of a project that goes through the gateway is counted here: its tokens, its cost by the
      catalog’s prices, and how long it took. Projects with the real key ask by themselves and are not
      counted.
    </EmptyState>
  )
}

const GROUPS = (['project', 'account', 'model', 'provider'] as const).map((value: Group) => ({
  value,
  label: groupWords[value],
}))
const MEASURES: readonly { readonly value: Measure; readonly label: string }[] = [
  { value: 'cost', label: 'Cost' },
  { value: 'tokens', label: 'Tokens' },
]

function Facts({ facts }: { readonly facts: UsageFacts }) {
  const { range, group } = facts.view
  const measure = useUsage((state) => state.view.measure)
  const names = useGroupNames(group)
  const stacks = useMemo(() => stacksOf(facts.days, facts.axis, measure, names), [facts, measure, names])
  const rows = useMemo(
    () => facts.totals.map((row) => ({ row, name: names(row.key, row.label) })),
    [facts, names],
  )
  const unpriced = measure === 'cost' ? unpricedWords(facts.totals) : undefined
  const Chart = range === 'today' ? ShareStrip : UsageChart
  return (
    <section aria-label="Used" className="space-y-3">
      <Choices />
      <div className="rounded-lg border border-line bg-raised p-4">
        {stacks.length > 0 ? (
          <Chart stacks={stacks} days={facts.axis} measure={measure} />
        ) : (
          <p className="py-6 text-center text-muted">
            No price is known for any of these requests. Their tokens are counted all the same.
          </p>
        )}
        {unpriced !== undefined && <p className="mt-2 text-sm text-muted">{unpriced}</p>}
      </div>
      <UsageTable rows={rows} group={group} />
    </section>
  )
}

function Choices() {
  const { view, choose } = useUsage((state) => state)
  return (
    <div className="flex flex-wrap items-center gap-2">
      <Segmented label="By" value={view.group} options={GROUPS} onChange={(group) => choose({ group })} />
      <Segmented
        label="In"
        value={view.measure}
        options={MEASURES}
        onChange={(measure) => choose({ measure })}
      />
      <span className="flex-1" />
      <ExportButton />
    </div>
  )
}

function ExportButton() {
  const exportRows = useUsage((state) => state.export)
  const action = useAction()
  const save = async () => {
    const done = await action.run(async () => {
      const answer = await exportRows()
      if (!answer.ok) showFailure(answer.error)
      return answer
    })
    if (done === undefined) return
    saveFile(done.value.name, done.value.text, 'text/csv')
    showDone(`Saved as ${done.value.name}.`)
  }
  return (
    <Button size="sm" busy={action.busy} title="The table as CSV" onClick={() => void save()}>
      <Download size={14} strokeWidth={1.75} aria-hidden="true" />
      CSV
    </Button>
  )
}
