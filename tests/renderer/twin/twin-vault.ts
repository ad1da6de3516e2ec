import type { MethodName } from '../../../src/preload/contract.ts'
import type { DoctorCheck } from '../../../src/preload/system.ts'
import type { VaultStatus } from '../../../src/preload/vault.ts'
import type { Handlers, TwinCore } from './twin.ts'

type VaultMethods = Extract<MethodName, `vault.${string}` | `settings.${string}`> | 'app.doctor'
type Ready = Extract<VaultStatus, { state: 'ready' }>

/** `open sesame` is the passphrase of every vault here. */
const PASSPHRASE = 'open sesame'

export function createVaultHandlers(core: TwinCore): Pick<Handlers, VaultMethods> {
  const { world } = core
  const put = (vault: VaultStatus): VaultStatus => {
    world.status = { ...world.status, vault }
    core.emit({ name: 'status.changed', payload: world.status })
    return vault
  }
  const ready = (): Ready =>
    world.status.vault.state === 'ready' ? world.status.vault : { state: 'ready', keeper: 'passphrase' }
  let misses = 0
  const check = (passphrase: string | undefined) => {
    if (passphrase === undefined || passphrase === PASSPHRASE) return
    misses += 1
    if (world.status.vault.state === 'locked') put({ ...world.status.vault, failedAttempts: misses })
    core.fail('wrong_passphrase', 'That passphrase does not open the vault.')
  }
  return {
    'vault.unlock': ({ passphrase }) => {
      check(passphrase)
      const { vault } = world.status
      return put({ state: 'ready', keeper: vault.state === 'locked' ? vault.keeper : 'keychain' })
    },
    'vault.lock': () => put({ state: 'locked', keeper: ready().keeper }),
    'vault.createWithPassphrase': () => put({ state: 'ready', keeper: 'passphrase' }),
    'vault.restorePrevious': () => put({ state: 'ready', keeper: 'keychain' }),
    'vault.setAside': () => put({ state: 'ready', keeper: 'keychain' }),
    ...keeping(core, put, ready, check),
    'settings.get': () => world.settings,
    'settings.update': (change) => {
      const given = Object.entries(change).filter(([, value]) => value !== undefined)
      world.settings = { ...world.settings, ...Object.fromEntries(given) }
      core.emit({ name: 'settings.changed', payload: world.settings })
      core.record({ action: 'settings.changed', detail: given.map(([name]) => name).join(', ') })
      return world.settings
    },
    'app.doctor': () => checkUp(world.status.engine.state === 'ready'),
  }
}

const checkUp = (engine: boolean): DoctorCheck[] => [
  { id: 'data', title: 'The data folder', state: 'ok', detail: 'It can be written to; 41 GB are free.' },
  { id: 'vault', title: 'The vault', state: 'ok', detail: 'It is open; its key is in the keychain.' },
  engine
    ? { id: 'engine', title: 'The container engine', state: 'ok', detail: 'Docker 27.3 answers.' }
    : {
        id: 'engine',
        title: 'The container engine',
        state: 'failed',
        detail: 'No engine answers at unix:///var/run/docker.sock.',
        mend: 'Start Docker, or run projects without a container.',
      },
  { id: 'opencode', title: 'OpenCode', state: 'ok', detail: 'Version 1.18.33 is unpacked and whole.' },
  engine
    ? { id: 'container', title: 'From a container', state: 'ok', detail: 'It reaches the gateway.' }
    : {
        id: 'container',
        title: 'From a container',
        state: 'unknown',
        detail: 'It could not be tried without an engine.',
      },
]

type Keeping =
  | 'vault.rotateKey'
  | 'vault.changePassphrase'
  | 'vault.keepByPassphrase'
  | 'vault.keepByKeychain'
  | 'vault.setRecovery'
  | 'vault.mendDamaged'
  | 'vault.discardDamaged'

function keeping(
  { record }: TwinCore,
  put: (vault: VaultStatus) => VaultStatus,
  ready: () => Ready,
  check: (passphrase: string | undefined) => void,
): Pick<Handlers, Keeping> {
  const whole = (): Ready => {
    const { damaged: _damaged, ...rest } = ready()
    return rest
  }
  return {
    'vault.rotateKey': ({ passphrase }) => {
      check(passphrase)
      record({ action: 'vault.key_rotated' })
      return put(ready())
    },
    'vault.changePassphrase': ({ current }) => {
      check(current)
      record({ action: 'vault.passphrase_changed' })
      return put(ready())
    },
    'vault.keepByPassphrase': () => {
      record({ action: 'vault.keeper_changed', detail: 'from the keychain to a passphrase' })
      return put({ ...whole(), keeper: 'passphrase' })
    },
    'vault.keepByKeychain': ({ passphrase, recovery }) => {
      check(passphrase)
      record({ action: 'vault.keeper_changed', detail: 'from a passphrase to the keychain' })
      return put({ state: 'ready', keeper: 'keychain', ...(recovery ? { recovery: true as const } : {}) })
    },
    'vault.setRecovery': ({ passphrase }) => {
      const { recovery: _recovery, ...rest } = ready()
      record({ action: 'vault.recovery_changed' })
      return put(passphrase === null ? rest : { ...rest, recovery: true })
    },
    'vault.mendDamaged': () => put(whole()),
    'vault.discardDamaged': () => put(whole()),
  }
}
