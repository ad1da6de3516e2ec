import {
  FolderKanban,
  KeyRound,
  Layers,
  LockKeyhole,
  type LucideIcon,
  Network,
  Pin,
  Server,
  Settings,
  Wallet,
} from 'lucide-react'
import type { ReactNode } from 'react'
import type { AuditEntry } from '../../../../preload/audit.ts'
import { useGo, useProjects, useProviders } from '../../context.ts'
import { cx } from '../../lib/cx.ts'
import { absoluteTime, clockTime } from '../../lib/format.ts'
import { Button } from '../../ui/button.tsx'
import { entryWords, isTrouble, subjectOf, surfaceWords } from './activity-words.ts'
import type { RowProps } from './timeline-list.tsx'

const ICONS: Readonly<Record<string, LucideIcon>> = {
  account: KeyRound,
  pin: Pin,
  pool: Layers,
  budget: Wallet,
  egress: Network,
  provider: Server,
  vault: LockKeyhole,
  project: FolderKanban,
  settings: Settings,
}

/** One entry of the trail; it opens to all that was written down. */
export function EntryRow({
  entry,
  id,
  ...row
}: RowProps & { readonly entry: AuditEntry; readonly id: string }) {
  const vendor = useProviders(
    (state) => state.providers?.find((one) => one.id === entry.providerId)?.name ?? entry.providerId,
  )
  const title = entryWords(entry)
  // A project that the sentence names already is not named again.
  const project = title.includes(entry.projectName ?? '') ? undefined : entry.projectName
  const below = [vendor, project, entry.detail]
  return (
    <ActivityRow
      id={id}
      at={entry.at}
      icon={ICONS[subjectOf(entry.action)] ?? Settings}
      title={title}
      trouble={isTrouble(entry)}
      below={below.filter((part) => part !== undefined && part !== '').join(' · ')}
      end={surfaceWords[entry.surface]}
      {...row}
    >
      <EntryDetail entry={entry} vendor={vendor} />
    </ActivityRow>
  )
}

export interface ActivityRowProps extends RowProps {
  readonly id: string
  readonly at: number
  readonly icon: LucideIcon
  readonly title: string
  readonly trouble?: boolean
  readonly below: string
  /** At the end of the row. */
  readonly end: ReactNode
  /** What it opens to. */
  readonly children: ReactNode
}

/** When, what, more about it, and from where. */
export function ActivityRow(props: ActivityRowProps) {
  const { id, at, icon: Icon, title, trouble = false, below, end, open, tabbable, children } = props
  return (
    <div className="border-b border-line">
      <button
        type="button"
        id={`line-${id}`}
        aria-expanded={open}
        tabIndex={tabbable ? 0 : -1}
        onFocus={() => props.onFocus(id)}
        onClick={() => props.onToggle(id)}
        className="flex min-h-[51px] w-full items-center gap-3 px-4 py-1.5 text-left -outline-offset-2 hover:bg-hover"
      >
        <time
          dateTime={new Date(at).toISOString()}
          title={absoluteTime(at)}
          className="w-14 shrink-0 text-sm text-muted"
        >
          {clockTime(at)}
        </time>
        <Icon
          size={16}
          strokeWidth={1.75}
          aria-hidden="true"
          className={cx('shrink-0', trouble ? 'text-trouble' : 'text-muted')}
        />
        <span className="min-w-0 flex-1">
          <span className={cx('block truncate font-medium', trouble && 'text-trouble')}>{title}</span>
          {below !== '' && <span className="block truncate text-sm text-muted">{below}</span>}
        </span>
        <span className="shrink-0 text-sm text-muted">{end}</span>
      </button>
      {open && <div className="bg-sunken px-4 py-3 pl-[112px]">{children}</div>}
    </div>
  )
}

/** Names and values, one a line. */
export function Facts({ facts }: { readonly facts: readonly (readonly [string, ReactNode])[] }) {
  return (
    <dl className="grid grid-cols-[auto_1fr] gap-x-5 gap-y-1">
      {facts.map(([name, value]) => (
        <div key={name} className="contents">
          <dt className="text-muted">{name}</dt>
          <dd className="min-w-0 break-words">{value}</dd>
        </div>
      ))}
    </dl>
  )
}

function EntryDetail({ entry, vendor }: { readonly entry: AuditEntry; readonly vendor: string | undefined }) {
  const go = useGo()
  const { projectId, accountId } = entry
  const projectHere = useProjects((state) => state.projects?.some((one) => one.id === projectId))
  const accountHere = useProviders((state) => state.accounts?.some((one) => one.id === accountId))
  const given = [
    ['When', absoluteTime(entry.at)],
    ['From', surfaceWords[entry.surface]],
    ['Act', <code key="act">{entry.action}</code>],
    ['Account', entry.accountLabel],
    ['Provider', vendor],
    ['Project', entry.projectName],
    ['Detail', entry.detail],
    ['Entry', `no. ${entry.id}`],
  ] as const
  return (
    <div className="space-y-3">
      <Facts facts={given.filter(([, value]) => value !== undefined)} />
      {(projectHere || accountHere) && (
        <div className="flex gap-2">
          {accountHere && accountId !== undefined && (
            <Button size="sm" onClick={() => go({ page: 'providers', accountId })}>
              Show the account
            </Button>
          )}
          {projectHere && projectId !== undefined && (
            <Button size="sm" onClick={() => go({ page: 'project', projectId })}>
              Open the project
            </Button>
          )}
        </div>
      )}
    </div>
  )
}
