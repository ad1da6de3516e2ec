import { isAbsolute, join } from 'node:path'
import type { ImportKind } from '../../preload/imports.ts'

/** Where tools keep their files. */

export interface Where {
  readonly env: Readonly<NodeJS.ProcessEnv>
  /** The user's home folder. */
  readonly home: string
}

/** An XDG folder; the specification has a relative one ignored. */
function xdg({ env, home }: Where, name: string, ...usual: string[]): string {
  const given = env[name]
  return given !== undefined && isAbsolute(given) ? given : join(home, ...usual)
}

/** The usual files of a source, likeliest first; none for a source that has no usual place. */
export function usualFiles(kind: ImportKind, where: Where): string[] {
  const data = join(xdg(where, 'XDG_DATA_HOME', '.local', 'share'), 'opencode')
  const config = join(xdg(where, 'XDG_CONFIG_HOME', '.config'), 'opencode')
  switch (kind) {
    case 'opencode':
      return [join(data, 'auth.json')]
    case 'anthropic-accounts':
      // Each plugin has a name of its own for it.
      return [
        join(config, 'anthropic-accounts.json'),
        join(config, 'anthropic-multi-account-accounts.json'),
        join(config, 'anthropic-multi-account.json'),
        join(config, 'anthropic-multi-accounts.json'),
        join(data, 'multi-account-auth.json'),
      ]
    case 'claude-code-router':
      return [join(where.home, '.claude-code-router', 'config.json')]
    default:
      return []
  }
}
