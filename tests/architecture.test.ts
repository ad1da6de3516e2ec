import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'

/**
 * Holds the house's rules: imports point one way, some libraries live in one room only, SQL stays with the repos, files
 * stay short. `docs/architecture.md` says why.
 */

const root = resolve(import.meta.dirname, '..')

/** Rooms of `src/main`, lowest level first. A room may import lower levels and itself, never a neighbour. */
const levels: readonly (readonly string[])[] = [
  [
    'errors.ts',
    'data-dir.ts',
    'heap.ts',
    'remember.ts',
    'upstream-call.ts',
    'files',
    'log',
    'db',
    'settings',
  ],
  ['vault', 'catalog', 'engine', 'jobs', 'audit', 'usage', 'egress'],
  ['accounts', 'opencode', 'runtime'],
  ['oauth', 'gateway', 'projects', 'imports', 'connection', 'doctor'],
  ['rpc'],
  ['web', 'cli', 'desktop'],
  [
    ...['lifecycle.ts', 'instance.ts', 'gateway-deps.ts', 'restart-notice.ts', 'serve-commands.ts'],
    ...[
      'counting.ts',
      'going-out.ts',
      'login-renewal.ts',
      'pool-options.ts',
      'pool-view.ts',
      'retiring.ts',
      'route-news.ts',
      'switches.ts',
    ],
  ],
  ['app-options.ts', 'traffic.ts'],
  ['app.ts'],
  ['command.ts'],
  ['index.ts', 'serve.ts', 'berth.ts'],
]
/** The lowest level may lean on itself: `db`, `files` and `settings` report by `errors.ts`. */
const GROUND = 0

/** Libraries with one home. */
const homes: Readonly<Record<string, string>> = {
  electron: 'desktop',
  dockerode: 'engine',
  '@opencode-ai/sdk': 'opencode',
  '@napi-rs/keyring': 'vault',
  'age-encryption': 'vault',
  '@noble/ciphers': 'vault',
  '@peculiar/x509': 'gateway',
  pacote: 'opencode',
  ws: 'web',
  commander: 'cli',
}

interface SourceFile {
  readonly path: string
  readonly text: string
  readonly imports: readonly string[]
}

function filesIn(folder: string): SourceFile[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => {
      const path = join(entry.parentPath, entry.name)
      const text = readFileSync(path, 'utf8')
      const imports = [...text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map((match) =>
        String(match[1]),
      )
      return { path: relative(root, path), text, imports }
    })
}

const main = filesIn('src/main')
const all = filesIn('src')

/** `src/main/vault/x.ts` → `vault`; `src/main/app.ts` → `app.ts`. */
function roomOf(path: string): string {
  return relative('src/main', path).split(/[\\/]/)[0] ?? ''
}

function levelOf(room: string): number {
  return levels.findIndex((rooms) => rooms.includes(room))
}

function targetOf(file: SourceFile, specifier: string): string | undefined {
  return specifier.startsWith('.')
    ? relative(root, resolve(root, dirname(file.path), specifier)).replaceAll('\\', '/')
    : undefined
}

/** JSON that is built in. */
const isData = (target: string): boolean => target === 'package.json' || target.startsWith('resources/')

function isLibrary(specifier: string, library: string): boolean {
  return specifier === library || specifier.startsWith(`${library}/`)
}

describe('the house', () => {
  it('has files to judge', () => {
    expect(main.length).toBeGreaterThan(20)
  })

  it('has a level for every room of the main side', () => {
    expect([...new Set(main.map((file) => roomOf(file.path)))].filter((room) => levelOf(room) < 0)).toEqual(
      [],
    )
  })

  it('lets imports point one way only', () => {
    const wrong = main.flatMap((file) =>
      file.imports.flatMap((specifier) => {
        const target = targetOf(file, specifier)
        if (target === undefined || target.startsWith('src/preload/')) return []
        const from = roomOf(file.path)
        const to = roomOf(target)
        const allowed = from === to || levelOf(to) < levelOf(from) || levelOf(from) === GROUND
        return isData(target) || (allowed && target.startsWith('src/main/'))
          ? []
          : [`${file.path} → ${target}`]
      }),
    )
    expect(wrong).toEqual([])
  })

  it('keeps main, preload and renderer apart but for the contract', () => {
    const wrong = all.flatMap((file) =>
      file.imports.flatMap((specifier) => {
        const target = targetOf(file, specifier)
        const side = file.path.split('/')[1]
        if (target === undefined || isData(target) || target.startsWith(`src/${side}/`)) return []
        return target.startsWith('src/preload/') && !target.endsWith('/index.ts')
          ? []
          : [`${file.path} → ${target}`]
      }),
    )
    expect(wrong).toEqual([])
  })

  it('lets the contract import zod and itself only', () => {
    const contract = all.filter(
      (file) => file.path.startsWith('src/preload/') && !file.path.endsWith('index.ts'),
    )
    const isOwn = (file: SourceFile, name: string) =>
      targetOf(file, name)?.startsWith('src/preload/') === true
    expect(
      contract.flatMap((file) => file.imports.filter((name) => name !== 'zod' && !isOwn(file, name))),
    ).toEqual([])
  })

  it('gives some libraries one home', () => {
    const wrong = main.flatMap((file) =>
      Object.entries(homes).flatMap(([library, home]) =>
        roomOf(file.path) !== home && file.imports.some((name) => isLibrary(name, library))
          ? [`${file.path} imports ${library}`]
          : [],
      ),
    )
    expect(wrong).toEqual([])
  })

  it('keeps SQL in the repos and db', () => {
    const wrong = main
      .filter((file) => roomOf(file.path) !== 'db' && !file.path.endsWith('-repo.ts'))
      .filter((file) => /\.prepare\(|\b(SELECT|INSERT INTO|DELETE FROM)\b/.test(file.text))
    expect(wrong.map((file) => file.path)).toEqual([])
  })

  it('keeps files short', () => {
    const long = all.filter((file) => file.text.split('\n').length > 300)
    expect(long.map((file) => file.path)).toEqual([])
  })
})
