import PQueue from 'p-queue'
import type { VaultStatus } from '../../preload/vault.ts'
import { BerthError } from '../errors.ts'
import { createAttempts } from './attempts.ts'
import type { Head } from './document.ts'
import { createIdleWatch } from './idle.ts'
import { otherPassphrase, sameKeeper, toKeychain, toPassphrase, withRecovery } from './keeper-choice.ts'
import { createKept } from './kept.ts'
import type { KeeperChoice } from './keys.ts'
import { holdsRecord, type Opened, withRecord } from './opened.ts'
import {
  attemptCreate,
  attemptOpen,
  attemptUnlock,
  lockedStatus,
  type Outcome,
  type VaultDeps,
} from './opening.ts'
import { mendedFromPrevious, moveVaultAside, putPreviousBack } from './recovery.ts'
import { createVaultState, type VaultState } from './state.ts'
import type { Vault } from './types.ts'
import { withWriteLock } from './write-lock.ts'
import { catchUp, finishRekey, KeyChanged, rekey, save } from './writing.ts'

const RECORD_ID = /^[a-z0-9][a-z0-9._/-]{0,199}$/i

function checkRecordId(id: string): void {
  if (RECORD_ID.test(id)) return
  throw new BerthError('bad_request', `${JSON.stringify(id)} cannot be the name of a vault record.`)
}

/**
 * Runs `work` as the only writer, on the vault as it is on the disk by then, and keeps what it answers. Locks the vault
 * when another process gave it a key that cannot be had.
 */
async function change(
  deps: VaultDeps,
  state: VaultState,
  work: (fresh: Opened) => Promise<Opened>,
): Promise<VaultStatus> {
  const opened = state.demand()
  try {
    return await withWriteLock(deps.file, async () => {
      const fresh = await catchUp(deps, opened)
      state.keep(fresh)
      return state.keep(await work(fresh))
    })
  } catch (error) {
    if (!(error instanceof KeyChanged)) throw error
    state.take({ status: lockedStatus(error.head) })
    throw new BerthError(
      'vault_locked',
      "Another Berth changed the vault's key, so this one cannot write to it. Unlock the vault again.",
    )
  }
}

/** Ends a change of the key that a crash or the keychain cut short. What does not work now is tried at the next opening. */
async function finish(deps: VaultDeps, state: VaultState): Promise<void> {
  if (state.opened()?.head.unfinished === undefined) return
  try {
    await change(deps, state, (fresh) => finishRekey(deps, fresh))
  } catch (error) {
    if (!(error instanceof BerthError)) throw error
  }
}

/** What opens and closes the vault. Each runs inside the queue. */
function openers(deps: VaultDeps, state: VaultState, queued: Queued) {
  const attempts = createAttempts(state)
  const attempt = (work: () => Promise<Outcome>): Promise<VaultStatus> =>
    queued(async () => {
      if (state.opened() !== undefined) return state.status()
      state.take(attempts.shown(await attempts.count(work)))
      await finish(deps, state)
      return state.status()
    })
  const refuse = (message: string): BerthError => new BerthError('conflict', message)
  return {
    attempts,
    open: () =>
      state.lockedOnPurpose() ? queued(async () => state.status()) : attempt(() => attemptOpen(deps)),
    unlock: (passphrase?: string) => attempt(() => attemptUnlock(deps, passphrase)),
    createWithPassphrase: (passphrase: string) =>
      queued(async () => {
        if (state.opened() !== undefined) {
          throw new BerthError('conflict', 'There is an open vault already. Use that one.')
        }
        return state.take(await attemptCreate(deps, passphrase))
      }),
    lock: () => queued(async () => state.lock()),
    restorePrevious: () =>
      queued(async () => {
        const status = state.status()
        // A keychain that does not answer today says nothing against the file.
        if (status.state !== 'unavailable' || status.code !== 'vault_damaged') {
          throw refuse('The vault file is not damaged, so it stays as it is.')
        }
        if (status.newer === true) throw refuse(status.reason)
        await putPreviousBack(deps)
        return state.take(await attemptOpen(deps))
      }),
    setAside: () =>
      queued(async () => {
        if (state.status().state === 'ready') throw refuse('The vault is open, so it stays where it is.')
        await moveVaultAside(deps)
        return state.take(await attemptOpen(deps))
      }),
  }
}

type Queued = <T>(work: () => Promise<T>) => Promise<T>

/** What gives the vault another key or keeper. */
function rekeyers(
  deps: VaultDeps,
  state: VaultState,
  queued: Queued,
  attempts: ReturnType<typeof createAttempts>,
) {
  const give = (choose: (head: Head) => Promise<KeeperChoice>): Promise<VaultStatus> =>
    queued(async () => {
      await change(deps, state, async (fresh) =>
        rekey(deps, fresh, await attempts.count(() => choose(fresh.head))),
      )
      await finish(deps, state)
      return state.status()
    })
  return {
    rotateKey: (passphrase?: string) => give((head) => sameKeeper(head, passphrase)),
    changePassphrase: (current: string, next: string) => give((head) => otherPassphrase(head, current, next)),
    keepByPassphrase: (passphrase: string) => give((head) => toPassphrase(head, passphrase)),
    keepByKeychain: (passphrase: string, { recovery }: { readonly recovery: boolean }) =>
      give((head) => toKeychain(head, passphrase, recovery)),
    setRecovery: (passphrase: string | undefined) => give((head) => withRecovery(head, passphrase)),
  }
}

/**
 * The vault in `deps.file`. Nothing is opened yet. Acts run one after another, here and across processes; `read` and
 * `ids` answer from memory, where records stay sealed but for those that were read a moment ago.
 */
export function createVault(deps: VaultDeps): Vault {
  const queue = new PQueue({ concurrency: 1 })
  const state = createVaultState()
  const kept = createKept()
  state.onChange(({ state: now }) => {
    if (now !== 'ready') kept.forget()
  })
  const { idleMs = () => 0, now = Date.now } = deps
  const idle = createIdleWatch({
    idleMs,
    now,
    onIdle: () =>
      void queue.add(async () => {
        if (state.opened() === undefined) return
        state.lock()
        deps.onOwnAct?.('locked')
      }),
  })
  const queued: Queued = (work) => queue.add(work).finally(() => idle.used())
  const { attempts, ...opening } = openers(deps, state, queued)
  const write = (id: string, secret?: string): Promise<void> =>
    queued(async () => {
      await change(deps, state, async (fresh) => {
        const next = withRecord(fresh, id, secret)
        return next === undefined ? fresh : save(deps, next)
      })
    })
  return {
    ...opening,
    ...rekeyers(deps, state, queued, attempts),
    status: state.status,
    read(id) {
      idle.used()
      return kept.read(state.demand(), id)
    },
    async write(id, secret) {
      checkRecordId(id)
      await write(id, secret)
    },
    remove: (id) => write(id),
    holds(id) {
      const opened = state.opened()
      return opened === undefined ? undefined : holdsRecord(opened, id)
    },
    ids: () => [...state.demand().records.keys()].sort(),
    mendDamaged: () =>
      queued(() =>
        change(deps, state, async (fresh) => {
          const next = await mendedFromPrevious(deps, fresh)
          return next === fresh ? fresh : save(deps, next)
        }),
      ),
    discardDamaged: () => queued(() => change(deps, state, (fresh) => save(deps, { ...fresh, damage: [] }))),
    idleTimeChanged: idle.changed,
    onChange: state.onChange,
  }
}
