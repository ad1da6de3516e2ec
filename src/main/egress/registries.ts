import { execFile } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { KnownHost } from './types.ts'

const run = promisify(execFile)

export interface Machine {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly home: string
  readonly platform: NodeJS.Platform
  /** The folder of the system's settings. */
  readonly etc: string
  /** The registry npm is set to. */
  npmRegistry(): Promise<string | undefined>
  /** What a command of this machine prints; fails when there is none such. */
  ask(command: string, args: readonly string[]): Promise<string>
}

/** Runs a command in the home folder, so that no project's settings have a say. */
export function askIn(home: string): Machine['ask'] {
  return async (command, args) => {
    const { stdout } = await run(command, args, {
      cwd: home,
      timeout: 15_000,
      maxBuffer: 64 * 1024,
      windowsHide: true,
    })
    return stdout
  }
}

/** The hosts of all addresses in a text, with the ports that are their own. A login in an address is left out with the rest of it. */
export function hostsIn(text: string): string[] {
  const addresses = text.match(/\bhttps?:\/\/[^\s"'`,|;<>[\]{}]+/gi) ?? []
  const hosts = addresses.flatMap((address) => (URL.canParse(address) ? [new URL(address).host] : []))
  return [...new Set(hosts.filter((host) => host !== ''))]
}

/** Lines of a settings file that have one of these names before an equals sign. */
function valuesOf(text: string, names: readonly string[]): string {
  return text
    .split('\n')
    .filter((line) => names.includes(line.split('=', 1)[0]?.trim().toLowerCase() ?? ''))
    .join('\n')
}

const read = (file: string): Promise<string> => readFile(file, 'utf8').catch(() => '')

async function readAll(files: readonly string[]): Promise<string> {
  return (await Promise.all(files.map(read))).join('\n')
}

/** Every name in a folder that ends like this; none when it cannot be read. */
async function filesIn(folder: string, ending: RegExp): Promise<string[]> {
  const names = await readdir(folder).catch(() => [])
  return names.filter((name) => ending.test(name)).map((name) => join(folder, name))
}

const npm = async ({ npmRegistry }: Machine): Promise<string> => (await npmRegistry()) ?? ''

/** pip's own settings (pip.pypa.io, "Configuration"), and what it goes to without any, as pip itself knows it. */
async function pip({ env, home, etc, platform, ask }: Machine): Promise<string> {
  const windows =
    platform === 'win32' && env.APPDATA !== undefined ? [join(env.APPDATA, 'pip', 'pip.ini')] : []
  const config = env.XDG_CONFIG_HOME ?? join(home, '.config')
  const files = [
    join(etc, 'pip.conf'),
    join(config, 'pip', 'pip.conf'),
    join(home, '.pip', 'pip.conf'),
    ...windows,
  ]
  const own = valuesOf(await readAll(files), ['index-url', 'extra-index-url', 'find-links'])
  const usual =
    'from pip._internal.models.index import PyPI; print(PyPI.url, "https://" + PyPI.file_storage_domain)'
  const standard = await ask('python3', ['-I', '-c', usual]).catch(() => '')
  return [own, env.PIP_INDEX_URL, env.PIP_EXTRA_INDEX_URL, standard].join('\n')
}

/** Registries and mirrors of Cargo's settings (doc.rust-lang.org/cargo, "Configuration"). */
async function cargo({ env, home }: Machine): Promise<string> {
  const folder = env.CARGO_HOME ?? join(home, '.cargo')
  return valuesOf(await readAll([join(folder, 'config.toml'), join(folder, 'config')]), ['registry', 'index'])
}

/** Sources in both of apt's styles (sources.list(5)). Lines that are comments do not count. */
async function apt({ etc }: Machine): Promise<string> {
  const folder = join(etc, 'apt')
  const parts = await filesIn(join(folder, 'sources.list.d'), /\.(?:list|sources)$/)
  const text = await readAll([join(folder, 'sources.list'), ...parts])
  return text
    .split('\n')
    .filter((line) => /^\s*(?:deb(?:-src)?\s|uris:)/i.test(line))
    .join('\n')
}

const go = ({ ask }: Machine): Promise<string> => ask('go', ['env', 'GOPROXY'])

const READERS: readonly (readonly [string, (machine: Machine) => Promise<string>])[] = [
  ['npm packages', npm],
  ['Python packages', pip],
  ['Rust packages', cargo],
  ['Go modules', go],
  ['Debian packages', apt],
]

/**
 * The hosts that this machine's package managers fetch from, as they are set up here. One that is not installed, or
 * whose settings cannot be read, has none.
 */
export async function readRegistries(machine: Machine): Promise<KnownHost[]> {
  const found = await Promise.all(
    READERS.map(async ([purpose, reader]) => {
      const text = await reader(machine).catch(() => '')
      return hostsIn(text).map((host) => ({ host, purpose }))
    }),
  )
  return found.flat()
}
