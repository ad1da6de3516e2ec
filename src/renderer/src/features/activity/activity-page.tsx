import { Activity as ActivityIcon, Download } from 'lucide-react'
import { useEffect, useMemo } from 'react'
import { useActivity } from '../../context.ts'
import { saveFile } from '../../lib/download.ts'
import { useTitle } from '../../lib/hooks.ts'
import { useAction } from '../../lib/use-action.ts'
import { Button } from '../../ui/button.tsx'
import { LoadNote } from '../../ui/load-note.tsx'
import { EmptyState, Skeleton } from '../../ui/notes.tsx'
import { Page } from '../../ui/page.tsx'
import { showDone, showFailure } from '../shell/notices.ts'
import { EMPTY_FILTER, isNarrowed } from './activity-filter.ts'
import { Filters } from './filters.tsx'
import { linesOf } from './timeline.ts'
import { TimelineList } from './timeline-list.tsx'

/** Who used or changed what, when, and from where; and how each start of a project went. */
export function ActivityPage({ accountId }: { readonly accountId?: string | undefined }) {
  useTitle('Activity')
  const load = useActivity((state) => state.load)
  const setFilter = useActivity((state) => state.setFilter)
  useEffect(() => {
    if (accountId === undefined) void load()
    else setFilter({ ...EMPTY_FILTER, accountId })
  }, [accountId, load, setFilter])
  return (
    <Page
      fill
      title="Activity"
      lead="Who used or changed what, when, and from where."
      actions={
        <div className="flex gap-2">
          <ClearButton />
          <ExportButton />
        </div>
      }
    >
      <Filters />
      <Content />
    </Page>
  )
}

function Content() {
  const { entries, starts, loaded, error, filter, load } = useActivity((state) => state)
  const lines = useMemo(() => linesOf(entries, starts), [entries, starts])
  if (error !== undefined && lines.length === 0) return <LoadNote message={error.message} onRetry={load} />
  if (!loaded) return <Skeleton rows={8} />
  if (lines.length > 0) return <TimelineList lines={lines} />
  if (isNarrowed(filter))
    return (
      <EmptyState title="Nothing fits">
        No entry has all that is asked for. Widen the time, or take a filter away.
      </EmptyState>
    )
  return (
    <EmptyState icon={<ActivityIcon size={24} strokeWidth={1.5} />} title="Nothing has happened yet">
      Each use and change of an account, of the vault and of a project is written down here, with where it
      came from.
    </EmptyState>
  )
}

function ClearButton() {
  const narrowed = useActivity((state) => isNarrowed(state.filter))
  const setFilter = useActivity((state) => state.setFilter)
  if (!narrowed) return null
  return (
    <Button kind="ghost" onClick={() => setFilter(EMPTY_FILTER)}>
      Clear filters
    </Button>
  )
}

/** What the filters leave of the trail, one JSON object a line. Starts are shown here, and not part of it. */
function ExportButton() {
  const exportTrail = useActivity((state) => state.export)
  const onlyStarts = useActivity((state) => state.filter.kind === 'starts')
  const action = useAction()
  const save = async () => {
    const done = await action.run(async () => {
      const answer = await exportTrail()
      if (!answer.ok) showFailure(answer.error)
      return answer
    })
    if (done === undefined) return
    const { name, text, entries } = done.value
    saveFile(name, text, 'application/jsonl')
    showDone(`${entries === 1 ? '1 entry' : `${entries} entries`} saved as ${name}.`)
  }
  return (
    <Button
      busy={action.busy}
      disabled={onlyStarts}
      title={
        onlyStarts ? 'Starts are not part of the trail' : 'What the filters leave, one JSON object a line'
      }
      onClick={() => void save()}
    >
      <Download size={16} strokeWidth={1.75} aria-hidden="true" />
      Export
    </Button>
  )
}
