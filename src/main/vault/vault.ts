import PQueue from 'p-queue'
import type { VaultStatus } from '../../preload/shapes.ts'
import { assertNever, BerthError } from '../errors.ts'
import { seal, unseal } from './cipher.ts'
import { context } from './document.ts'
import {
  attemptCreate,
  attemptOpen,
  attemptUnlock,
  noKeychain,
  type Opened,
  type Outcome,
  type VaultDeps,
} from './opening.ts'
import type { Vault } from './types.ts'
import { replaceVaultFile } from './vault-file.ts'

const RECORD_ID = /^[a-z0-9][a-z0-9._/-]{0,199}$/i

/** The error for using a vault that is not open. */
function closed(status: VaultStatus): BerthError {
  switch (status.state) {
    case 'locked':
      return new BerthError('vault_locked', 'The vault is locked. Unlock it with its passphrase.')
    case 'needs-passphrase':
      return new BerthError('vault_locked', `There is no vault yet. ${status.reason} Or choose a passphrase.`)
    case 'unavailable':
      return new BerthError(status.code, status.reason)
    case 'ready':
      return new BerthError('internal', 'The vault is ready, but its key is gone.')
    default:
      return assertNever(status)
  }
}

function checkRecordId(id: string): void {
  if (RECORD_ID.test(id)) return
  throw new BerthError('bad_request', `${JSON.stringify(id)} cannot be the name of a vault record.`)
}

const placeOf = (opened: Opened, id: string): string => context(opened.document.id, 'record', id)

function readRecord(opened: Opened, id: string): string | undefined {
  const { records } = opened.document
  const sealed = Object.hasOwn(records, id) ? records[id] : undefined
  if (sealed === undefined) return undefined
  const text = unseal(opened.key, sealed, placeOf(opened, id))
  if (text !== undefined) return text
  throw new BerthError('vault_damaged', `The vault record ${id} does not open. Restart Berth.`)
}

/** The records with one added, replaced, or (without a secret) taken away; undefined when nothing changes. */
function changed(opened: Opened, id: string, secret: string | undefined): Record<string, string> | undefined {
  const { records } = opened.document
  if (secret !== undefined) return { ...records, [id]: seal(opened.key, secret, placeOf(opened, id)) }
  if (!Object.hasOwn(records, id)) return undefined
  const { [id]: _, ...rest } = records
  return rest
}

/** Keeps the status and the open vault, and tells listeners. The vault, once open, stays so. */
function createState() {
  const listeners = new Set<(status: VaultStatus) => void>()
  let status: VaultStatus = noKeychain('The vault has not been opened yet.')
  let opened: Opened | undefined
  return {
    status: () => status,
    isOpen: () => opened !== undefined,
    demand(): Opened {
      if (opened === undefined) throw closed(status)
      return opened
    },
    keep(next: Opened): void {
      opened = next
    },
    take(outcome: Outcome): VaultStatus {
      const same = JSON.stringify(outcome.status) === JSON.stringify(status)
      status = outcome.status
      opened = outcome.opened
      if (!same) for (const listener of listeners) listener(status)
      return status
    },
    onChange(listener: (status: VaultStatus) => void): () => void {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

/**
 * The vault in `deps.file`. Nothing is opened yet. Acts run one after another; `read` and `ids` answer from memory,
 * where records stay sealed.
 */
export function createVault(deps: VaultDeps): Vault {
  const queue = new PQueue({ concurrency: 1 })
  const state = createState()
  const attempt = (work: () => Promise<Outcome>): Promise<VaultStatus> =>
    queue.add(async () => (state.isOpen() ? state.status() : state.take(await work())))
  const change = (id: string, secret?: string): Promise<void> =>
    queue.add(async () => {
      const opened = state.demand()
      const records = changed(opened, id, secret)
      if (records === undefined) return
      const document = { ...opened.document, records }
      state.keep({ ...opened, document, text: await replaceVaultFile(deps.file, document, opened.text) })
    })

  return {
    status: state.status,
    open: () => attempt(() => attemptOpen(deps)),
    unlock: (passphrase) => attempt(() => attemptUnlock(deps, passphrase)),
    createWithPassphrase: (passphrase) =>
      queue.add(async () => {
        if (state.isOpen()) throw new BerthError('conflict', 'There is an open vault already. Use that one.')
        return state.take(await attemptCreate(deps, passphrase))
      }),
    read: (id) => readRecord(state.demand(), id),
    async write(id, secret) {
      checkRecordId(id)
      await change(id, secret)
    },
    remove: (id) => change(id),
    ids: () => Object.keys(state.demand().document.records).sort(),
    onChange: state.onChange,
  }
}
