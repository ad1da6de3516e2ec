import { randomBytes } from 'node:crypto'
import { rmSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import PQueue from 'p-queue'
import type { ImportItem, ImportOffer, ImportPreview, ImportSource } from '../../preload/imports.ts'
import type { Accounts } from '../accounts/types.ts'
import type { Catalog } from '../catalog/types.ts'
import type { Vault } from '../vault/types.ts'
import { applyItems } from './apply.ts'
import { type Directory, readDirectory } from './directory.ts'
import { createGuide } from './guide.ts'
import { type Identified, itemsOf } from './items.ts'
import { judge } from './judge.ts'
import { usualFiles, type Where } from './places.ts'
import { readSource, type SourceDeps } from './sources.ts'
import type { Imports } from './types.ts'

export interface ImportsDeps {
  readonly accounts: Accounts
  readonly catalog: Catalog
  readonly vault: Pick<Vault, 'ids' | 'status'>
  /** What Berth was started with: a source itself, and where tools keep their files. */
  readonly env: Readonly<NodeJS.ProcessEnv>
  /** Where Berth keeps its files. */
  readonly dataDir: string
}

/** How many items are judged before others get their turn. */
const AT_ONCE = 100
/** More previews than that are forgotten together; what was chosen of them is then taken as it stands. */
const MOST_SHOWN = 100_000

interface Context extends ImportsDeps, SourceDeps {
  readonly secret: Buffer
  readonly seen: Map<string, { readonly existingId: string | undefined }>
}

function checkVault({ vault }: Context): void {
  // The ids are asked for only for the error that says what is wrong.
  if (vault.status().state !== 'ready') vault.ids()
}

async function read(context: Context, source: ImportSource) {
  checkVault(context)
  const found = await readSource(source, createGuide(context.catalog), context)
  return { name: found.name, ...itemsOf(source, found, context.secret) }
}

/** The accounts as they are now. Locked meanwhile, every secret would seem lost, so that is asked last. */
function directoryOf(context: Context): Directory {
  const directory = readDirectory(context.accounts)
  checkVault(context)
  return directory
}

async function judged(
  { catalog }: Context,
  directory: Directory,
  items: readonly Identified[],
): Promise<ImportItem[]> {
  const out: ImportItem[] = []
  for (const [index, { id, found }] of items.entries()) {
    if (index % AT_ONCE === AT_ONCE - 1) await turn()
    out.push(judge({ catalog, directory }, id, found))
  }
  return out
}

async function preview(context: Context, source: ImportSource): Promise<ImportPreview> {
  const { name, items, notes } = await read(context, source)
  const shown = await judged(context, directoryOf(context), items)
  if (context.seen.size + shown.length > MOST_SHOWN) context.seen.clear()
  for (const { id, existingId } of shown) context.seen.set(id, { existingId })
  return { source: name, items: shown, notes }
}

/** Sources with a usual place, in the order they are offered. */
function usualSources(where: Where): { source: ImportSource; path?: string }[] {
  const kinds = ['opencode', 'anthropic-accounts', 'claude-code-router'] as const
  const files = kinds.flatMap((kind) =>
    usualFiles(kind, where).map((path) => ({ source: { kind, path }, path })),
  )
  return [...files, { source: { kind: 'environment' } }]
}

/** Undefined for what is not there, cannot be read, or has nothing that is not here. */
async function offer(
  context: Context,
  { source, path }: { source: ImportSource; path?: string },
): Promise<ImportOffer | undefined> {
  try {
    const { items } = await read(context, source)
    const states = (await judged(context, directoryOf(context), items)).map(({ state }) => state)
    const fresh = states.filter((state) => state !== 'same' && state !== 'refused').length
    return fresh === 0 ? undefined : { kind: source.kind, fresh, ...(path === undefined ? {} : { path }) }
  } catch {
    // An offer is a courtesy: what is wrong is said when the user asks for that source.
    return undefined
  }
}

/** Accounts from other tools, files and exports, one import at a time. */
export function createImports(deps: ImportsDeps): Imports {
  const scratchDir = join(deps.dataDir, 'import')
  // A crash in the middle of a reading may have left a copy of a database with keys in it.
  rmSync(scratchDir, { recursive: true, force: true })
  const home = deps.env.HOME ?? homedir()
  const context: Context = { ...deps, home, scratchDir, secret: randomBytes(32), seen: new Map() }
  const queue = new PQueue({ concurrency: 1 })
  return {
    async offers() {
      const all = await Promise.all(usualSources(context).map((source) => offer(context, source)))
      return all.filter((one) => one !== undefined)
    },
    preview: (source) => preview(context, source),
    apply: (source, choices) =>
      queue.add(async () => {
        const { items } = await read(context, source)
        const shown = (id: string) => context.seen.get(id)
        return applyItems({ ...context, shown, read: () => directoryOf(context) }, items, choices)
      }),
  }
}
