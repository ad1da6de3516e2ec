import type { AuditEntry, AuditFilter, Surface } from '../../../../preload/audit.ts'
import type { StartRecord } from './timeline.ts'

export type ActivityKind = NonNullable<AuditFilter['subject']> | 'starts' | 'all'
export type ActivityRange = 'any' | 'hour' | 'day' | 'week' | 'month' | 'dates'

/** What the user narrows the timeline to; empty strings narrow nothing. */
export interface ActivityFilter {
  readonly accountId: string
  readonly projectId: string
  readonly kind: ActivityKind
  readonly surface: Surface | ''
  readonly text: string
  readonly range: ActivityRange
  /** `YYYY-MM-DD`, for the range `dates`; both days are in it. */
  readonly firstDay: string
  readonly lastDay: string
}

export const EMPTY_FILTER: ActivityFilter = {
  accountId: '',
  projectId: '',
  kind: 'all',
  surface: '',
  text: '',
  range: 'any',
  firstDay: '',
  lastDay: '',
}

export const isNarrowed = (filter: ActivityFilter): boolean =>
  Object.entries(EMPTY_FILTER).some(([name, empty]) => filter[name as keyof ActivityFilter] !== empty)

const HOUR = 3_600_000
const SPANS: Readonly<Partial<Record<ActivityRange, number>>> = {
  hour: HOUR,
  day: 24 * HOUR,
  week: 7 * 24 * HOUR,
  month: 30 * 24 * HOUR,
}

/** The beginning of a day in the user's own time zone; undefined while the date is not whole. */
function dayStart(day: string, later = 0): number | undefined {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day)
  if (match === null) return undefined
  return new Date(Number(match[1]), Number(match[2]) - 1, Number(match[3]) + later).getTime()
}

function spanOf(filter: ActivityFilter, now: number): Pick<AuditFilter, 'from' | 'to'> {
  if (filter.range === 'dates') {
    const from = dayStart(filter.firstDay)
    const end = dayStart(filter.lastDay, 1)
    return { ...(from === undefined ? {} : { from }), ...(end === undefined ? {} : { to: end - 1 }) }
  }
  const span = SPANS[filter.range]
  return span === undefined ? {} : { from: now - span }
}

/** The audit trail's own filter, or undefined where no entry can fit. */
export function auditFilterOf(filter: ActivityFilter, now: number): AuditFilter | undefined {
  if (filter.kind === 'starts') return undefined
  const text = filter.text.trim()
  return {
    ...(filter.accountId === '' ? {} : { accountId: filter.accountId }),
    ...(filter.projectId === '' ? {} : { projectId: filter.projectId }),
    ...(filter.kind === 'all' ? {} : { subject: filter.kind }),
    ...(filter.surface === '' ? {} : { surface: filter.surface }),
    ...(text === '' ? {} : { text }),
    ...spanOf(filter, now),
  }
}

export interface StartFilter {
  readonly projectId?: string
  readonly text: string
  readonly from: number
  readonly to: number
}

/** Which starts fit; undefined where none can: a start is nobody's account, and has no surface of its own. */
export function startFilterOf(filter: ActivityFilter, now: number): StartFilter | undefined {
  if (filter.kind !== 'all' && filter.kind !== 'starts') return undefined
  if (filter.accountId !== '' || filter.surface !== '') return undefined
  const { from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY } = spanOf(filter, now)
  const text = filter.text.trim().toLowerCase()
  return { text, from, to, ...(filter.projectId === '' ? {} : { projectId: filter.projectId }) }
}

/** The main side's own test of an entry, for those that come while one looks. */
export function fitsEntry(entry: AuditEntry, filter: AuditFilter): boolean {
  const same = (['providerId', 'accountId', 'projectId', 'surface'] as const).every(
    (name) => filter[name] === undefined || entry[name] === filter[name],
  )
  const text = [entry.accountLabel, entry.projectName, entry.detail].join('\n').toLowerCase()
  return (
    same &&
    (filter.subject === undefined || entry.action.startsWith(`${filter.subject}.`)) &&
    entry.at >= (filter.from ?? Number.NEGATIVE_INFINITY) &&
    entry.at <= (filter.to ?? Number.POSITIVE_INFINITY) &&
    text.includes(filter.text?.toLowerCase() ?? '')
  )
}

export function fitsStart(start: StartRecord, filter: StartFilter, name: string): boolean {
  const problems = start.jobs.map((job) => job.problem?.message ?? '').join('\n')
  return (
    (filter.projectId === undefined || filter.projectId === start.projectId) &&
    start.createdAt >= filter.from &&
    start.createdAt <= filter.to &&
    `${name}\n${problems}`.toLowerCase().includes(filter.text)
  )
}
