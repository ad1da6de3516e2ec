import { readdirSync, readFileSync } from 'node:fs'
import { factsOf } from './process-identity.ts'
import type { ServerFiles } from './process-state.ts'

/** A process that leads a group of its own. */
export interface Stray {
  readonly pid: number
  readonly identity: string
}

/** proc(5): the environment a process was started with; of other users' processes nothing can be read. */
function isOurs(pid: number, mark: string): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const [, , group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return Number(group) === pid && readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(mark)
  } catch {
    return false
  }
}

/**
 * Servers of a project that no record tells of: Berth was killed between their start and the writing of it. They are known
 * by the config file in their environment. Found on Linux only: elsewhere no environment can be read without more rights.
 */
export function findStrays(files: ServerFiles): Stray[] {
  if (process.platform !== 'linux') return []
  const mark = `OPENCODE_CONFIG=${files.config}`
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && isOurs(Number(name), mark))
    .flatMap((name) => {
      const facts = factsOf(Number(name))
      return facts?.running === true ? [{ pid: Number(name), identity: facts.identity }] : []
    })
}
