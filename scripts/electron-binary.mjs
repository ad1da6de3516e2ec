// Finds Electron, or downloads it once within a time limit. Only Node's built-ins here.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { localBin, root, run } from './setup.mjs'

const folder = join(root, 'node_modules', 'electron')
/** Remembers a download that failed, so that later starts are quick. */
const failedStamp = join(root, 'node_modules', '.berth-electron-failed')
const DAY_MS = 24 * 60 * 60 * 1000
const DOWNLOAD_MS = 60_000

/**
 * The path of the Electron program as its npm package keeps it: `path.txt` names the program inside `dist`.
 * @returns {string | undefined}
 */
function installed() {
  const pathFile = join(folder, 'path.txt')
  if (!existsSync(pathFile)) return undefined
  const dist = process.env.ELECTRON_OVERRIDE_DIST_PATH ?? join(folder, 'dist')
  const program = join(dist, readFileSync(pathFile, 'utf8').trim())
  return existsSync(program) ? program : undefined
}

/** @returns {string} */
function version() {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).version
}

/** Whether this version's download failed within the last day. */
function failedLately() {
  try {
    const failed = JSON.parse(readFileSync(failedStamp, 'utf8'))
    return failed.version === version() && Date.now() - failed.at < DAY_MS
  } catch {
    return false
  }
}

/**
 * Why Electron is not to be used on this machine, whether or not it is there.
 * @param {{ platform: string, uid: number | undefined, env: NodeJS.ProcessEnv }} machine
 * @returns {string | undefined}
 */
export function reasonAgainstElectron({ platform, uid, env }) {
  if (platform !== 'linux') return undefined
  // As root, Chromium refuses to start unless its sandbox is off, and Berth does not run without it.
  if (uid === 0) return 'Electron keeps its sandbox only for users other than root'
  if (!env.DISPLAY && !env.WAYLAND_DISPLAY) return 'There is no display for a window here'
  return undefined
}

/**
 * The Electron program, downloaded if need be; undefined when it cannot be had now.
 * @returns {Promise<string | undefined>}
 */
export async function electronBinary() {
  const there = installed()
  if (there !== undefined || !existsSync(folder) || failedLately()) return there
  console.error('Downloading Electron (once; about 110 MB, at most a minute).')
  const { code } = await run(localBin('node'), [join(folder, 'install.js')], { timeoutMs: DOWNLOAD_MS })
  const now = installed()
  if (code === 0 && now !== undefined) return now
  writeFileSync(failedStamp, JSON.stringify({ version: version(), at: Date.now() }))
  console.error(
    'Electron could not be downloaded; the next try is tomorrow. `npx install-electron` tries at once.',
  )
  return undefined
}
