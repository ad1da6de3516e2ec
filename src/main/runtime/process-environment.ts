import { join } from 'node:path'
import { serverEnvironment } from './environment.ts'
import type { ServerFiles } from './process-state.ts'
import type { RuntimeSpec } from './types.ts'

/**
 * What of the user's own environment a server is given. Everything else stays out, for a variable can carry a
 * credential (`*_API_KEY`) that the vault knows nothing of.
 */
const KEPT = [
  'PATH',
  'LANG',
  'LC_ALL',
  'LC_CTYPE',
  'TZ',
  'TERM',
  'COLORTERM',
  'SHELL',
  'USER',
  'LOGNAME',
  'TMPDIR',
]
/** Windows programs don't start without these. */
const KEPT_ON_WINDOWS = [
  ...['SystemRoot', 'SystemDrive', 'windir', 'ComSpec', 'PATHEXT', 'TEMP', 'TMP', 'USERNAME'],
  ...['NUMBER_OF_PROCESSORS', 'PROCESSOR_ARCHITECTURE', 'ProgramFiles', 'ProgramData'],
]

function windowsHome(home: string): Record<string, string> {
  return {
    USERPROFILE: home,
    APPDATA: join(home, 'AppData', 'Roaming'),
    LOCALAPPDATA: join(home, 'AppData', 'Local'),
  }
}

/** The whole environment of a server that runs as a process of this machine. */
export function processEnvironment(
  spec: RuntimeSpec,
  files: ServerFiles,
  own: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const windows = process.platform === 'win32'
  const kept: Record<string, string> = {}
  for (const name of windows ? [...KEPT, ...KEPT_ON_WINDOWS] : KEPT) {
    const value = own[name]
    if (value !== undefined) kept[name] = value
  }
  const places = {
    home: files.home,
    configFile: files.config,
    caFile: files.ca,
    gatewayHost: '127.0.0.1',
  }
  return { ...kept, ...serverEnvironment(spec, places), ...(windows ? windowsHome(files.home) : {}) }
}
