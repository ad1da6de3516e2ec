import { homedir } from 'node:os'
import { join } from 'node:path'

/**
 * Where Berth keeps its files: `BERTH_DATA_DIR`, else the platform's usual place (XDG base directories on Linux,
 * Application Support on macOS, roaming AppData on Windows).
 */
export function defaultDataDir(env: NodeJS.ProcessEnv = process.env, platform = process.platform): string {
  if (env.BERTH_DATA_DIR) return env.BERTH_DATA_DIR
  if (platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'Berth')
  if (platform === 'win32') return join(env.APPDATA ?? join(homedir(), 'AppData', 'Roaming'), 'Berth')
  return join(env.XDG_DATA_HOME ?? join(homedir(), '.local', 'share'), 'berth')
}

/** Where Berth keeps what can be fetched again, such as OpenCode's binary. */
export function defaultCacheDir(env: NodeJS.ProcessEnv = process.env, platform = process.platform): string {
  if (env.BERTH_CACHE_DIR) return env.BERTH_CACHE_DIR
  if (platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'Berth')
  if (platform === 'win32')
    return join(env.LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local'), 'Berth', 'Cache')
  return join(env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'berth')
}
