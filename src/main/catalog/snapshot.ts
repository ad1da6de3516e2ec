import { readFileSync } from 'node:fs'
import { z } from 'zod'
import type { Model } from '../../preload/shapes.ts'
import { BerthError } from '../errors.ts'

/**
 * The bundled snapshot, `resources/catalog.json`: what a real OpenCode answered to `GET /provider` and `GET
 * /provider/auth`, made by `npm run catalog`. One model a line, so that a new one shows well in a diff.
 */

const amount = z.number().nonnegative().nullable()

/**
 * A model: name, context tokens, output tokens, price of a million tokens in and out, flags (`t` tools, `r` reasoning),
 * release date; then, where there is any of it, a status other than `active`, and the price of a million tokens read from
 * a prompt cache and written to it. null is what OpenCode does not know.
 */
const modelRow = z.tuple([
  ...([z.string(), amount, amount, amount, amount, z.string(), z.string()] as const),
  z.string().nullable().optional(),
  amount.optional(),
  amount.optional(),
])
export type ModelRow = z.infer<typeof modelRow>

const snapshotProvider = z.object({
  name: z.string(),
  /** Environment variables OpenCode reads for it: the key's and others. */
  env: z.array(z.string()),
  /** SDK packages its models use. */
  packages: z.array(z.string()),
  /** Base URLs of its models, with `${VARIABLE}` templates as OpenCode has them. */
  addresses: z.array(z.string()),
  methods: z.array(z.object({ type: z.enum(['api', 'oauth']), label: z.string() })),
  /** Rows of `ModelRow` by model id; parsed when they are asked for, for there are thousands. */
  models: z.record(z.string(), z.unknown()),
})
export type SnapshotProvider = z.infer<typeof snapshotProvider>

const snapshot = z.object({
  openCodeVersion: z.string(),
  providers: z.record(z.string(), snapshotProvider),
})
export type Snapshot = z.infer<typeof snapshot>

/** Reads the snapshot. Throws `internal` when it is missing or not one. */
export function readSnapshot(file: string): Snapshot {
  try {
    return snapshot.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch (error) {
    throw new BerthError(
      'internal',
      `Berth's list of providers, ${file}, cannot be read. Install Berth again.`,
      {
        cause: error,
      },
    )
  }
}

function toModel(id: string, row: unknown): Model {
  const [name, context, output, inputPrice, outputPrice, flags, releasedOn, ...rest] = modelRow.parse(row)
  const [status, cacheReadPrice, cacheWritePrice] = rest
  return {
    id,
    name,
    ...(context === null ? {} : { contextTokens: context }),
    ...(output === null ? {} : { outputTokens: output }),
    ...(inputPrice === null ? {} : { inputPrice }),
    ...(outputPrice === null ? {} : { outputPrice }),
    ...(typeof cacheReadPrice === 'number' ? { cacheReadPrice } : {}),
    ...(typeof cacheWritePrice === 'number' ? { cacheWritePrice } : {}),
    tools: flags.includes('t'),
    reasoning: flags.includes('r'),
    status: status ?? 'active',
    ...(releasedOn === '' ? {} : { releasedOn }),
  }
}

/** OpenCode 1.18.33 lists models of these kinds and then says that it does not know them (seen with azure/gpt-4.1). */
const REFUSED: readonly unknown[] = ['deprecated', 'alpha']
const STATUS = 7

/** Models by id that OpenCode takes a prompt for. Rows are not parsed, for this is done for every provider at once. */
function offered(provider: SnapshotProvider): [string, unknown][] {
  return Object.entries(provider.models).filter(
    ([, row]) => !(Array.isArray(row) && REFUSED.includes(row[STATUS])),
  )
}

/** How many models `snapshotModels` gives. */
export const countModels = (provider: SnapshotProvider): number => offered(provider).length

/** The models of a provider, newest first, then by name. */
export function snapshotModels(provider: SnapshotProvider): Model[] {
  return offered(provider)
    .map(([id, row]) => toModel(id, row))
    .sort(
      (a, b) =>
        (b.releasedOn ?? '').localeCompare(a.releasedOn ?? '') ||
        a.name.localeCompare(b.name, 'en') ||
        (a.id < b.id ? -1 : 1),
    )
}
