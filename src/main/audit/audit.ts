import { setImmediate as letOthersRun } from 'node:timers/promises'
import type { AuditEntry } from '../../preload/audit.ts'
import type { Database } from '../db/database.ts'
import type { Log } from '../log/log.ts'
import { scrub } from '../log/scrub.ts'
import { createAuditRepo } from './audit-repo.ts'
import type { AuditTrail } from './types.ts'

export interface AuditDeps {
  readonly db: Database
  /** Milliseconds since the epoch. */
  readonly now: () => number
  readonly onAdded: (entry: AuditEntry) => void
  readonly log: Log
}

/** A sentence, not a document. */
const LONGEST_DETAIL = 500
/** Read at once; requests wait meanwhile. */
const EXPORT_PAGE = 1000

/** The audit trail in the database. What it is told may come from a vendor, so it is scrubbed before it is kept. */
export function createAuditTrail({ db, now, onAdded, log }: AuditDeps): AuditTrail {
  const repo = createAuditRepo(db)
  return {
    record(given) {
      try {
        const detail =
          given.detail === undefined ? {} : { detail: scrub(given.detail).slice(0, LONGEST_DETAIL) }
        const entry = { ...given, ...detail, at: now() }
        onAdded({ ...entry, id: repo.add(entry) })
      } catch (err) {
        log.error({ err, action: given.action }, 'an act was not written to the audit trail')
      }
    },
    list: ({ filter, before, limit }) => repo.newest(filter, before, limit),
    async export(filter) {
      const lines: string[] = []
      // What is added while this goes on is not part of it.
      const last = repo.newest({}, undefined, 1)[0]?.id ?? 0
      for (let after = 0; after < last; ) {
        const page = repo.oldest(filter, after, EXPORT_PAGE)
        after = page.at(-1)?.id ?? last
        for (const entry of page) if (entry.id <= last) lines.push(`${JSON.stringify(entry)}\n`)
        await letOthersRun()
      }
      return { text: lines.join(''), entries: lines.length }
    },
  }
}
