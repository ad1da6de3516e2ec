import type { AuditEntry, AuditFilter } from '../../preload/audit.ts'

/** Who used or changed which account when. Entries are added and never changed. */
export interface AuditTrail {
  /** Never throws: the act has happened, and a log line says that it was not written down. */
  record(entry: Omit<AuditEntry, 'id' | 'at'>): void
  /** Newest first, before the entry with the id `before`. */
  list(query: { filter: AuditFilter; before?: number | undefined; limit: number }): AuditEntry[]
  /** JSON Lines, oldest first. */
  export(filter: AuditFilter): Promise<{ readonly text: string; readonly entries: number }>
}
