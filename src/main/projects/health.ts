import type { Run } from '../engine/types.ts'
import { BerthError } from '../errors.ts'
import type { OpenCode } from '../opencode/types.ts'
import type { RuntimeState } from '../runtime/types.ts'
import { exitedAtBoot } from './exits.ts'
import { pause } from './pause.ts'
import type { Timing } from './timing.ts'

/** A question that hangs is asked again. */
const ANSWER_MS = 5000
/** A runtime is asked less often than OpenCode: each time costs the engine something. */
const LOOK_MS = 1000

interface HealthWait {
  /** The project's name, for sentences. */
  readonly name: string
  readonly openCode: OpenCode
  inspect(): Promise<RuntimeState>
  readonly run: Run
  readonly timing: Timing
  now(): number
}

async function answers({ openCode, run }: HealthWait): Promise<boolean> {
  try {
    const signal = AbortSignal.any([run.signal, AbortSignal.timeout(ANSWER_MS)])
    return (await openCode.health(signal)) !== undefined
  } catch (error) {
    if (run.signal.aborted) throw error
    return false
  }
}

async function look({ name, inspect }: HealthWait): Promise<void> {
  const state = await inspect()
  if (state.state === 'exited') throw exitedAtBoot(name, state)
  if (state.state !== 'running') {
    throw new BerthError('opencode_exited', `${name} was stopped while it was starting. Start it again.`)
  }
}

function report({ run, timing }: HealthWait, waited: number): void {
  run.progress({
    text: 'Waiting for OpenCode to answer',
    unit: 'seconds',
    done: Math.round(waited / 1000),
    total: Math.round(timing.healthDeadlineMs / 1000),
  })
}

/**
 * Resolves when OpenCode answers. Throws `opencode_exited` as soon as its server ended, `opencode_timeout` when it has
 * not answered by the deadline.
 */
export async function waitHealthy(wait: HealthWait): Promise<void> {
  const { name, run, timing, now } = wait
  const begin = now()
  let lookedAt = begin
  while (!(await answers(wait))) {
    run.signal.throwIfAborted()
    const at = now()
    if (at - lookedAt >= Math.min(LOOK_MS, timing.healthDeadlineMs / 4)) {
      lookedAt = at
      await look(wait)
    }
    if (at - begin >= timing.healthDeadlineMs) {
      throw new BerthError(
        'opencode_timeout',
        `OpenCode in ${name} has not answered for ${Math.round(timing.healthDeadlineMs / 1000)} seconds. Look at the log, then start it again.`,
      )
    }
    report(wait, at - begin)
    await pause(timing.healthPollMs, run.signal)
  }
}
