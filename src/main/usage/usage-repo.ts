import { z } from 'zod'
import type { UsageDimension, UsageQuery, UsageRow } from '../../preload/usage.ts'
import { type Database, transaction } from '../db/database.ts'
import type { UsageEntry } from './types.ts'

/** An entry with its price in US dollars; undefined when the model's is not known. */
export type PricedEntry = UsageEntry & { readonly cost: number | undefined }

/** Each dimension as SQL: what rows are put together by, and what that is called. */
const DIMENSIONS: Readonly<Record<UsageDimension, { readonly key: string; readonly label: string }>> = {
  // Days as the user counts them: by this machine's time zone.
  day: {
    key: "strftime('%Y-%m-%d', at / 1000, 'unixepoch', 'localtime')",
    label: "strftime('%Y-%m-%d', at / 1000, 'unixepoch', 'localtime')",
  },
  project: { key: 'project_id', label: 'project_name' },
  account: { key: 'account_id', label: 'account_label' },
  model: { key: "provider_id || '/' || model_id", label: 'model_id' },
  provider: { key: 'provider_id', label: 'provider_id' },
}

const sums = z
  .object({
    key: z.string(),
    label: z.string(),
    by: z.string().nullable(),
    by_label: z.string().nullable(),
    requests: z.number(),
    retries: z.number(),
    failed: z.number(),
    input: z.number(),
    output: z.number(),
    cache_read: z.number(),
    cache_write: z.number(),
    reasoning: z.number(),
    cost: z.number().nullable(),
    unpriced: z.number(),
    first_byte: z.number().nullable(),
    duration: z.number(),
  })
  .transform(
    (row): UsageRow => ({
      key: row.key,
      label: row.label,
      ...(row.by === null ? {} : { by: row.by, byLabel: row.by_label ?? row.by }),
      requests: row.requests,
      retries: row.retries,
      failed: row.failed,
      tokens: {
        input: row.input,
        output: row.output,
        cacheRead: row.cache_read,
        cacheWrite: row.cache_write,
        reasoning: row.reasoning,
      },
      ...(row.cost === null ? {} : { cost: row.cost }),
      unpriced: row.unpriced,
      ...(row.first_byte === null ? {} : { firstByteMs: row.first_byte }),
      durationMs: row.duration,
    }),
  )

const WHERE = `WHERE at >= :from AND at < :to
  AND (:project IS NULL OR project_id = :project) AND (:account IS NULL OR account_id = :account)`

/** The label is the newest one: MAX(at) makes SQLite take the bare columns from that row (lang_select.html#bareagg). */
function sumsQuery({ dimension, by }: Pick<UsageQuery, 'dimension' | 'by'>): string {
  const one = DIMENSIONS[dimension]
  const two = by === undefined ? undefined : DIMENSIONS[by]
  return `SELECT ${one.key} AS key, ${one.label} AS label, ${two?.key ?? 'NULL'} AS by, ${two?.label ?? 'NULL'} AS by_label,
      MAX(at) AS newest, COUNT(*) AS requests, SUM(attempts - 1) AS retries,
      SUM(status IS NULL OR status >= 400) AS failed, SUM(input) AS input, SUM(output) AS output,
      SUM(cache_read) AS cache_read, SUM(cache_write) AS cache_write, SUM(reasoning) AS reasoning, SUM(cost) AS cost,
      SUM(cost IS NULL) AS unpriced,
      AVG(first_byte_ms) AS first_byte, AVG(duration_ms) AS duration
    FROM usage ${WHERE} GROUP BY 1${two === undefined ? '' : ', 3'}
    ORDER BY ${dimension === 'day' ? 'key' : 'cost DESC NULLS LAST, input + output DESC, key'}`
}

function params({ from, to, projectId, accountId }: UsageQuery) {
  return { from, to, project: projectId ?? null, account: accountId ?? null }
}

/** All SQL about what was used. */
export function createUsageRepo(db: Database) {
  const insert = db.prepare(
    `INSERT INTO usage (at, project_id, project_name, provider_id, account_id, account_label, model_id, status, attempts,
       input, output, cache_read, cache_write, reasoning, cost, first_byte_ms, duration_ms)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  const add = (one: PricedEntry) =>
    insert.run(
      one.at,
      one.projectId,
      one.projectName,
      one.providerId,
      one.accountId,
      one.accountLabel,
      one.modelId,
      one.status ?? null,
      one.attempts,
      one.tokens.input,
      one.tokens.output,
      one.tokens.cacheRead,
      one.tokens.cacheWrite,
      one.tokens.reasoning,
      one.cost ?? null,
      one.firstByteMs ?? null,
      one.durationMs,
    )
  const spent = (column: 'project_id' | 'account_id') =>
    db.prepare(
      `SELECT COALESCE(SUM(cost), 0) AS usd, COALESCE(SUM(input + output + cache_read + cache_write), 0) AS tokens
       FROM usage WHERE at >= ? AND ${column} = ?`,
    )
  const bySide = { project: spent('project_id'), account: spent('account_id') }
  return {
    /** All of them or none. */
    add(entries: readonly PricedEntry[]): void {
      transaction(db, () => {
        for (const one of entries) add(one)
      })
    },
    sums: (query: UsageQuery): UsageRow[] =>
      db
        .prepare(sumsQuery(query))
        .all(params(query))
        .map((row) => sums.parse(row)),
    /** What was spent since a moment. */
    spent(scope: 'project' | 'account', targetId: string, since: number): { usd: number; tokens: number } {
      return z.object({ usd: z.number(), tokens: z.number() }).parse(bySide[scope].get(since, targetId))
    },
  }
}
