import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createGuide, type Guide } from '../../../src/main/imports/guide.ts'
import { createImports } from '../../../src/main/imports/imports.ts'
import type { Imports } from '../../../src/main/imports/types.ts'
import type { ImportItem } from '../../../src/preload/imports.ts'
import { type Harness, openHarness } from '../accounts/harness.ts'

/** Imports over a real account directory, with a home folder of their own. */
export interface World extends Harness {
  readonly home: string
  readonly env: NodeJS.ProcessEnv
  readonly imports: Imports
  guide(): Guide
  /** Writes a file below the home folder and gives its path. */
  put(path: string, content: string | Uint8Array): string
  /** The same importer after a restart of Berth. */
  restarted(): Imports
}

export async function openWorld(): Promise<World> {
  const harness = await openHarness()
  const home = mkdtempSync(join(tmpdir(), 'berth-home-'))
  const env: NodeJS.ProcessEnv = { HOME: home }
  const restarted = () => createImports({ ...harness, env, dataDir: harness.folder })
  return {
    ...harness,
    home,
    env,
    imports: restarted(),
    restarted,
    guide: () => createGuide(harness.catalog),
    put(path, content) {
      const file = join(home, path)
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(file, content, { mode: 0o600 })
      return file
    },
    close() {
      harness.close()
      rmSync(home, { recursive: true, force: true })
    },
  }
}

/** A made-up secret of the vendor's form. */
export const secretOf = (prefix: string, bytes = 20): string =>
  `${prefix}${randomBytes(bytes).toString('hex')}`

export const byPlace = (items: readonly ImportItem[]): Record<string, ImportItem> =>
  Object.fromEntries(items.map((item) => [item.place, item]))
