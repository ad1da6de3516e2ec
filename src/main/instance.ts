import { setTimeout as pause } from 'node:timers/promises'
import { connectToBerth } from './cli/client.ts'
import { lockInstance } from './db/instance-lock.ts'
import { BerthError } from './errors.ts'

/** How long a `berth` command that works on its own may keep a Berth that is being opened waiting. */
const WAIT_MS = 5_000
const LOOK_MS = 100

/** A Berth that is up, and not a command that will be done in a moment. */
async function isServed(dataDir: string): Promise<boolean> {
  const link = await connectToBerth(dataDir).catch(() => undefined)
  await link?.close()
  return link !== undefined
}

/**
 * Takes the data folder for this Berth. Throws `conflict` when another Berth has it; a command that does its work there
 * without a Berth is waited for.
 */
export async function holdInstance(dataDir: string, waitMs = WAIT_MS): Promise<() => void> {
  const until = Date.now() + waitMs
  for (;;) {
    try {
      return lockInstance(dataDir)
    } catch (error) {
      const taken = error instanceof BerthError && error.code === 'conflict'
      if (!taken || Date.now() > until || (await isServed(dataDir))) throw error
      await pause(LOOK_MS)
    }
  }
}
