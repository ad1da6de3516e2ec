import type { AuditEntry } from '../../../../preload/audit.ts'
import type { Output } from '../../../../preload/contract.ts'

/** A start of a project, with the time it was asked for. */
export type StartRecord = Output<'projects.pipelines'>[number]

/** One source of the timeline as far as it has been fetched, newest first. */
export interface Stream<T> {
  readonly items: readonly T[]
  /** There is nothing older. */
  readonly done: boolean
}

export type Line =
  | { readonly kind: 'day'; readonly id: string; readonly at: number }
  | { readonly kind: 'entry'; readonly id: string; readonly at: number; readonly entry: AuditEntry }
  | { readonly kind: 'start'; readonly id: string; readonly at: number; readonly start: StartRecord }

const lastAt = (at: number | undefined, done: boolean): number =>
  done ? Number.NEGATIVE_INFINITY : (at ?? Number.POSITIVE_INFINITY)

/** The time down to which both streams are known; below it something of the other one may be missing. */
export function horizonOf(entries: Stream<AuditEntry>, starts: Stream<StartRecord>) {
  const ofEntries = lastAt(entries.items.at(-1)?.at, entries.done)
  const ofStarts = lastAt(starts.items.at(-1)?.createdAt, starts.done)
  return { at: Math.max(ofEntries, ofStarts), ofEntries, ofStarts }
}

/** Both streams as one, newest first, down to what is known of both, with a line where a day begins. */
export function linesOf(entries: Stream<AuditEntry>, starts: Stream<StartRecord>): Line[] {
  const { at: horizon } = horizonOf(entries, starts)
  const merged = [
    ...entries.items.map((entry): Line => ({ kind: 'entry', id: `e${entry.id}`, at: entry.at, entry })),
    ...starts.items.map((start): Line => ({ kind: 'start', id: `s${start.id}`, at: start.createdAt, start })),
  ]
    .filter((line) => line.at >= horizon)
    .sort((a, b) => b.at - a.at)
  const lines: Line[] = []
  let day = ''
  for (const line of merged) {
    const its = new Date(line.at).toDateString()
    if (its !== day) lines.push({ kind: 'day', id: `d${its}`, at: line.at })
    day = its
    lines.push(line)
  }
  return lines
}

/** `Today`, `Yesterday`, then the date. */
export function dayName(at: number, now: number): string {
  const day = new Date(at).toDateString()
  if (day === new Date(now).toDateString()) return 'Today'
  const yesterday = new Date(now)
  yesterday.setDate(yesterday.getDate() - 1)
  if (day === yesterday.toDateString()) return 'Yesterday'
  return new Date(at).toLocaleDateString(undefined, {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    year: 'numeric',
  })
}
