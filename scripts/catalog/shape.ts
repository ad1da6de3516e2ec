import { z } from 'zod'
import type { ModelRow, Snapshot, SnapshotProvider } from '../../src/main/catalog/snapshot.ts'

/** Turns OpenCode's answers into the bundled snapshot. */

const known = z.number().nonnegative()

/** `GET /provider`, as far as it is used. */
const wireModel = z.object({
  name: z.string(),
  api: z.object({ url: z.string(), npm: z.string() }),
  capabilities: z.object({ toolcall: z.boolean(), reasoning: z.boolean() }),
  cost: z.object({ input: known, output: known, cache: z.object({ read: known, write: known }) }),
  limit: z.object({ context: known, output: known }),
  status: z.string(),
  release_date: z.string(),
})
const wireProvider = z.object({
  id: z.string(),
  name: z.string(),
  env: z.array(z.string()),
  models: z.record(z.string(), wireModel),
})

/** What OpenCode answered. */
export const answers = z.object({
  version: z.string(),
  provider: z.object({ all: z.array(wireProvider) }),
  auth: z.record(z.string(), z.array(z.object({ type: z.enum(['api', 'oauth']), label: z.string() }))),
})
export type Answers = z.infer<typeof answers>

/**
 * OpenCode writes 0 for a limit nobody told it, 0 for both prices where there are none, and 0 for a cache's price that is
 * not known. Absent is not zero.
 */
function toRow({
  name,
  capabilities,
  cost,
  limit,
  status,
  release_date,
}: z.infer<typeof wireModel>): ModelRow {
  const priced = cost.input > 0 || cost.output > 0
  const flags = `${capabilities.toolcall ? 't' : ''}${capabilities.reasoning ? 'r' : ''}`
  return [
    name,
    limit.context || null,
    limit.output || null,
    priced ? cost.input : null,
    priced ? cost.output : null,
    flags,
    release_date,
    ...shortened([status === 'active' ? null : status, cost.cache.read || null, cost.cache.write || null]),
  ]
}

/** Without what is not known at the end. */
function shortened([status, read, write]: readonly [string | null, number | null, number | null]) {
  if (write !== null) return [status, read, write] as const
  if (read !== null) return [status, read] as const
  return status === null ? ([] as const) : ([status] as const)
}

const sorted = (texts: Iterable<string>): string[] => [...new Set(texts)].filter((text) => text !== '').sort()

function sortedRecord<T>(entries: Iterable<[string, T]>): Record<string, T> {
  return Object.fromEntries([...entries].sort(([a], [b]) => (a < b ? -1 : 1)))
}

function toProvider(
  provider: z.infer<typeof wireProvider>,
  methods: SnapshotProvider['methods'],
): SnapshotProvider {
  const models = Object.values(provider.models)
  return {
    name: provider.name,
    env: provider.env,
    packages: sorted(models.map((model) => model.api.npm)),
    addresses: sorted(models.map((model) => model.api.url)),
    methods,
    models: sortedRecord(Object.entries(provider.models).map(([id, model]) => [id, toRow(model)])),
  }
}

export function toSnapshot({ version, provider, auth }: Answers): Snapshot {
  const providers = provider.all.map((one): [string, SnapshotProvider] => [
    one.id,
    toProvider(one, auth[one.id] ?? [{ type: 'api', label: 'API key' }]),
  ])
  return { openCodeVersion: version, providers: sortedRecord(providers) }
}

/** JSON with a line for each provider's facts and one for each model. The same snapshot gives the same text. */
export function formatSnapshot({ openCodeVersion, providers }: Snapshot): string {
  const blocks = Object.entries(providers).map(([id, { models, ...facts }]) => {
    const rows = Object.entries(models).map(
      ([model, row]) => `${JSON.stringify(model)}:${JSON.stringify(row)}`,
    )
    return `${JSON.stringify(id)}:${JSON.stringify(facts).slice(0, -1)},"models":{\n${rows.join(',\n')}\n}}`
  })
  return `{"openCodeVersion":${JSON.stringify(openCodeVersion)},"providers":{\n${blocks.join(',\n')}\n}}\n`
}
