import { setTimeout as pause } from 'node:timers/promises'
import { BerthError } from '../errors.ts'
import type { Dispatch } from '../rpc/dispatch.ts'
import type { Events } from '../rpc/events.ts'
import { connectToBerth } from './client.ts'
import type { Link, Need } from './link.ts'

/** A Berth this process opens for itself. */
export interface LocalApp {
  readonly dispatch: Dispatch
  readonly events: Events
  close(): Promise<void>
}

export interface LinkOptions {
  readonly dataDir: string
  /** Opens Berth as far as needed. Throws `conflict` when another one has the data folder. */
  openApp(need: Need): Promise<LocalApp>
  /** How long another command that works on its own is waited for. */
  readonly waitMs?: number
}

const WAIT_MS = 15_000
const LOOK_MS = 50

function linkTo(app: LocalApp): Link {
  const offs: (() => void)[] = []
  const gone = Promise.withResolvers<void>()
  return {
    alone: true,
    async call(method, input) {
      const answer = await app.dispatch(method, input, 'command')
      // The value was parsed by the method's own schema.
      if (answer.ok) return answer.value as never
      const { code, message, data } = answer.error
      throw new BerthError(code, message, data === undefined ? {} : { data })
    },
    async listen(names, listener) {
      offs.push(app.events.on((event) => names.includes(event.name) && listener(event)))
    },
    gone: gone.promise,
    async close() {
      for (const off of offs) off()
      await app.close()
      gone.resolve()
    },
  }
}

/**
 * A link to the Berth that runs, else to one opened here. When neither can be had, another command is at work on the
 * folder, or a Berth is coming up or going down: both are tried again for a while.
 */
export async function openLink(options: LinkOptions, need: Need): Promise<Link> {
  const { dataDir, openApp, waitMs = WAIT_MS } = options
  const until = Date.now() + waitMs
  for (;;) {
    const link = await connectToBerth(dataDir)
    if (link !== undefined) return link
    try {
      return linkTo(await openApp(need))
    } catch (error) {
      if (!(error instanceof BerthError) || error.code !== 'conflict') throw error
      if (Date.now() > until) {
        throw new BerthError(
          'conflict',
          `Another Berth or berth command is at work on ${dataDir} and does not answer. Wait for its end, or quit it.`,
          { cause: error },
        )
      }
    }
    await pause(LOOK_MS)
  }
}
