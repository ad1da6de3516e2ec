import { mkdir, readFile, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import PQueue from 'p-queue'
import { z } from 'zod'
import { systemCode } from '../errors.ts'
import { writeAtomic } from '../files/atomic-file.ts'
import type { Log } from '../log/log.ts'
import type { SessionStore, StoredSession } from './sessions.ts'

const stored = z.object({
  version: z.literal(1),
  sessions: z.array(z.object({ hash: z.string().regex(/^[0-9a-f]{64}$/), createdAt: z.number() })),
})

function parse(text: string): readonly StoredSession[] | undefined {
  try {
    return stored.parse(JSON.parse(text)).sessions
  } catch {
    return undefined
  }
}

/**
 * Keeps browser sessions in one file, so that a page goes on working after Berth was restarted on the same port. A file
 * that does not parse is set aside under `<path>.damaged`, and browsers sign in anew.
 */
export function createSessionFile(path: string, deps: { readonly log: Log }): SessionStore {
  const queue = new PQueue({ concurrency: 1 })

  async function save(sessions: readonly StoredSession[]): Promise<void> {
    try {
      await mkdir(dirname(path), { recursive: true, mode: 0o700 })
      await writeAtomic(path, JSON.stringify({ version: 1, sessions }))
    } catch (error) {
      // The browser is signed in all the same, until Berth ends; the next login tries again.
      deps.log.error({ err: error, path }, 'the browser sessions could not be kept')
    }
  }

  return {
    load: async () => {
      let text: string
      try {
        text = await readFile(path, 'utf8')
      } catch (error) {
        if (systemCode(error) === 'ENOENT') return []
        throw error
      }
      const sessions = parse(text)
      if (sessions !== undefined) return sessions
      await rename(path, `${path}.damaged`)
      deps.log.warn({ path }, 'the browser session file was damaged and is set aside; browsers sign in anew')
      return []
    },
    save: (sessions) => queue.add(() => save(sessions)),
  }
}
