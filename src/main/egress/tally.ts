import { OLDER_HOSTS } from '../../preload/egress.ts'
import type { Log } from '../log/log.ts'
import type { Count, EgressRepo } from './egress-repo.ts'
import type { Moved } from './types.ts'

/** Hosts that are told apart in one project. A package manager asks for a few; a program that scans, for any number. */
export const MOST_HOSTS = 2000
/** Merging looks at every host, so it makes room for several at once. */
const MERGED_AT_ONCE = 100
/** How late counts may be written and told, and how often open connections are looked at. Milliseconds. */
const EVERY = 1000

/** One project's counts, as they are in memory. */
interface Book {
  readonly counts: Map<string, Count>
  readonly changed: Set<string>
  readonly gone: Set<string>
}

interface Open {
  readonly projectId: string
  readonly host: string
  readonly moved: () => Moved
  seen: Moved
}

/** Counts where projects go: in memory, and written a moment later. */
export interface Tally {
  refused(projectId: string, host: string): void
  /** Call what is returned at the connection's end. */
  opened(projectId: string, host: string, moved: () => Moved): () => void
  counts(projectId: string): ReadonlyMap<string, Count>
  /** Writes what is not written yet. */
  close(): void
}

export interface TallyDeps {
  readonly repo: EgressRepo
  readonly log: Log
  onChange(projectId: string): void
  now(): number
}

/** Puts the hosts together that were not asked for in the longest time, so that there is room. */
function mergeOldest({ counts, changed, gone }: Book): void {
  const older = counts.get(OLDER_HOSTS) ?? { connections: 0, refused: 0, bytesOut: 0, bytesIn: 0, lastAt: 0 }
  counts.delete(OLDER_HOSTS)
  const oldest = [...counts].sort(([, a], [, b]) => a.lastAt - b.lastAt).slice(0, MERGED_AT_ONCE)
  for (const [host, count] of oldest) {
    older.connections += count.connections
    older.refused += count.refused
    older.bytesOut += count.bytesOut
    older.bytesIn += count.bytesIn
    older.lastAt = Math.max(older.lastAt, count.lastAt)
    counts.delete(host)
    changed.delete(host)
    gone.add(host)
  }
  counts.set(OLDER_HOSTS, older)
  changed.add(OLDER_HOSTS)
}

/** The books of all projects; a project's is read from the database when it is first wanted. */
function createBooks({ repo, now }: TallyDeps) {
  const books = new Map<string, Book>()
  const bookOf = (projectId: string): Book => {
    const known = books.get(projectId)
    if (known !== undefined) return known
    const book = {
      counts: new Map(repo.destinations(projectId)),
      changed: new Set<string>(),
      gone: new Set<string>(),
    }
    books.set(projectId, book)
    return book
  }
  return {
    bookOf,
    all: () => books.entries(),
    change(projectId: string, host: string, by: Partial<Omit<Count, 'lastAt'>>): void {
      const book = bookOf(projectId)
      let count = book.counts.get(host)
      if (count === undefined) {
        if (book.counts.size >= MOST_HOSTS) mergeOldest(book)
        count = { connections: 0, refused: 0, bytesOut: 0, bytesIn: 0, lastAt: 0 }
        book.counts.set(host, count)
        book.gone.delete(host)
      }
      count.connections += by.connections ?? 0
      count.refused += by.refused ?? 0
      count.bytesOut += by.bytesOut ?? 0
      count.bytesIn += by.bytesIn ?? 0
      count.lastAt = now()
      book.changed.add(host)
    },
  }
}

export function createTally(deps: TallyDeps): Tally {
  const { repo, log, onChange } = deps
  const books = createBooks(deps)
  const open = new Set<Open>()
  let timer: NodeJS.Timeout | undefined

  function sample(one: Open): void {
    const { seen } = one
    const moved = one.moved()
    if (moved.out === seen.out && moved.in === seen.in) return
    one.seen = moved
    books.change(one.projectId, one.host, { bytesOut: moved.out - seen.out, bytesIn: moved.in - seen.in })
  }

  /** False when some of it could not be written. */
  function write(): boolean {
    let written = true
    for (const [projectId, { counts, changed, gone }] of books.all()) {
      if (changed.size + gone.size === 0) continue
      const news = new Map(
        [...changed].flatMap((host) => [[host, counts.get(host)]] as const).filter(isKnown),
      )
      try {
        repo.save(projectId, news, gone)
        changed.clear()
        gone.clear()
      } catch (err) {
        written = false
        log.warn({ err, projectId }, 'where a project went could not be written down')
      }
      onChange(projectId)
    }
    return written
  }

  /** As long as anything is open or not written. Does not keep Berth running. */
  function tick(): void {
    timer = undefined
    for (const one of open) sample(one)
    const written = write()
    if (!written || open.size > 0) plan()
  }
  function plan(): void {
    timer ??= setTimeout(tick, EVERY).unref()
  }

  return {
    refused(projectId, host) {
      books.change(projectId, host, { refused: 1 })
      plan()
    },
    opened(projectId, host, moved) {
      const one: Open = { projectId, host, moved, seen: { out: 0, in: 0 } }
      open.add(one)
      books.change(projectId, host, { connections: 1 })
      plan()
      return () => {
        if (!open.delete(one)) return
        sample(one)
        plan()
      }
    },
    counts: (projectId) => books.bookOf(projectId).counts,
    close() {
      clearTimeout(timer)
      timer = undefined
      for (const one of open) sample(one)
      open.clear()
      write()
    },
  }
}

const isKnown = (entry: readonly [string, Count | undefined]): entry is readonly [string, Count] =>
  entry[1] !== undefined
