import { Network } from 'lucide-react'
import { useEffect, useMemo } from 'react'
import type { EgressDestination } from '../../../../preload/egress.ts'
import type { EgressPolicy } from '../../../../preload/egress-policy.ts'
import type { Project } from '../../../../preload/shapes.ts'
import { useEgress, useGo, useProjects } from '../../context.ts'
import { cx } from '../../lib/cx.ts'
import { useAction } from '../../lib/use-action.ts'
import { Button } from '../../ui/button.tsx'
import { EmptyState, Note, Skeleton } from '../../ui/notes.tsx'
import { reachable } from '../../ui/reachable.ts'
import { Select } from '../../ui/select.tsx'
import { Time } from '../../ui/time.tsx'
import { showDone, showFailure } from '../shell/notices.ts'
import { EgressDue } from './egress-due.tsx'
import { canAllow, destinationLine, hostName, isKeptOut, policies, sortDestinations } from './egress-words.ts'

export interface NetworkTabProps {
  readonly project: Project
}

/** Every host a project asked for: how often, how much, and what was refused. */
export function NetworkTab({ project }: NetworkTabProps) {
  const all = useEgress((state) => state.destinations[project.id])
  const error = useEgress((state) => state.error)
  const load = useEgress((state) => state.loadDestinations)
  useEffect(() => {
    void load(project.id)
  }, [load, project.id])
  const sorted = useMemo(() => sortDestinations(all ?? [], project.egress), [all, project.egress])
  return (
    <>
      <Policy project={project} />
      <EgressDue project={project} className="m-3 mb-0" />
      {all === undefined && error === undefined && <Skeleton className="p-4" />}
      {all === undefined && error !== undefined && <Note className="m-3">{error.message}</Note>}
      {all?.length === 0 && (
        <EmptyState icon={<Network size={24} strokeWidth={1.5} />} title="No connection yet">
          Each host that OpenCode, the agent or its tools ask for is counted here.
        </EmptyState>
      )}
      {sorted.length > 0 && (
        <section
          {...reachable}
          aria-label="Hosts"
          className="min-h-0 flex-1 overflow-y-auto -outline-offset-2"
        >
          <ul className="divide-y divide-line">
            {sorted.map((destination) => (
              <DestinationRow key={destination.host} destination={destination} project={project} />
            ))}
          </ul>
        </section>
      )}
    </>
  )
}

/** Where it may go, changed at once; and the way to the list it keeps to. */
function Policy({ project }: NetworkTabProps) {
  const update = useProjects((state) => state.update)
  const go = useGo()
  const change = async (egress: EgressPolicy) => {
    const answer = await update({ projectId: project.id, egress })
    if (!answer.ok) showFailure(answer.error)
  }
  return (
    <div className="flex shrink-0 items-center gap-2 border-b border-line bg-bg px-3 py-2">
      <span aria-hidden="true" className="shrink-0 text-sm text-muted">
        May go to
      </span>
      <div className="min-w-0 flex-1">
        <Select
          label="Where it may go"
          value={project.egress}
          options={policies.map(({ value, title, text }) => ({ value, label: title, hint: text }))}
          onChange={(egress) => void change(egress)}
        />
      </div>
      {project.egress === 'listed' && (
        <Button size="sm" kind="ghost" onClick={() => go({ page: 'settings', part: 'hosts' })}>
          See the list
        </Button>
      )}
    </div>
  )
}

interface DestinationRowProps {
  readonly destination: EgressDestination
  readonly project: Project
}

function DestinationRow({ destination, project }: DestinationRowProps) {
  const { host, kind, lastAt, listed } = destination
  return (
    <li className="flex items-center gap-3 px-3 py-2">
      <div className="min-w-0 flex-1">
        <div>
          {/* In full: who allows a host has to see all of its name, and its port. */}
          <span className="mr-2 font-medium wrap-anywhere">{hostName(host)}</span>
          {kind === 'provider' && <span className="text-sm whitespace-nowrap text-muted">provider</span>}
          {listed && <span className="text-sm whitespace-nowrap text-muted">on the list</span>}
        </div>
        <div className={cx('text-sm', isKeptOut(destination) ? 'text-trouble' : 'text-muted')}>
          {destinationLine(destination)}
        </div>
      </div>
      {canAllow(destination, project.egress) ? (
        <AllowButton host={host} />
      ) : (
        <span className="shrink-0 text-sm text-muted">
          <Time at={lastAt} />
        </span>
      )}
    </li>
  )
}

function AllowButton({ host }: { readonly host: string }) {
  const allow = useEgress((state) => state.allow)
  const action = useAction()
  const run = async (list: HTMLElement | null) => {
    const done = await action.run(async () => {
      const answer = await allow(host)
      if (!answer.ok) showFailure(answer.error)
      return answer
    })
    if (done === undefined) return
    showDone(`${host} is on the list, for every project that keeps to it.`)
    // The button that was pressed is gone.
    list?.focus({ preventScroll: true })
  }
  return (
    <Button
      size="sm"
      busy={action.busy}
      aria-label={`Allow ${host}`}
      onClick={(event) => void run(event.currentTarget.closest('section'))}
    >
      Allow
    </Button>
  )
}
