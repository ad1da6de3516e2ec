import { setTimeout as pause } from 'node:timers/promises'
import { BerthError } from '../errors.ts'
import type { Outcome } from './opening.ts'
import type { VaultState } from './state.ts'

const FREE_TRIES = 2
const FIRST_PAUSE_MS = 500
const LONGEST_PAUSE_MS = 8000

/** How long to wait after the n-th wrong passphrase in a row, besides the half second that each takes. */
export function pauseAfter(failed: number): number {
  return failed <= FREE_TRIES
    ? 0
    : Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (failed - FREE_TRIES - 1))
}

/**
 * Counts wrong passphrases, shows the count in a locked vault's status, and makes each try slower, up to eight seconds.
 * There is no lock-out: the right passphrase always opens. A restart begins anew, for whoever can restart Berth
 * could as well read the file.
 */
export function createAttempts(state: VaultState) {
  let failed = 0
  state.onChange((status) => {
    if (status.state === 'ready') failed = 0
  })
  return {
    /** The outcome with the count in it. */
    shown(outcome: Outcome): Outcome {
      const { status } = outcome
      if (status.state !== 'locked' || failed === 0) return outcome
      return { ...outcome, status: { ...status, failedAttempts: failed } }
    },
    /** Runs something that may throw `wrong_passphrase`. */
    async count<T>(work: () => Promise<T>): Promise<T> {
      try {
        return await work()
      } catch (error) {
        if (!(error instanceof BerthError) || error.code !== 'wrong_passphrase') throw error
        failed += 1
        const status = state.status()
        if (status.state === 'locked') state.take({ status: { ...status, failedAttempts: failed } })
        await pause(pauseAfter(failed))
        throw new BerthError('wrong_passphrase', error.message, { data: { failedAttempts: failed } })
      }
    },
  }
}
