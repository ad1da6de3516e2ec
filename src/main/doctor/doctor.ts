import type { GatewayStatus } from '../../preload/shapes.ts'
import type { DoctorCheck } from '../../preload/system.ts'
import type { VaultStatus } from '../../preload/vault.ts'
import type { Engine } from '../engine/types.ts'
import { toFailure } from '../errors.ts'
import type { Binaries } from '../opencode/types.ts'
import type { Keychain } from '../vault/types.ts'
import { checkContainer } from './container.ts'
import { checkData } from './data.ts'
import { checkEngine, checkGateway } from './network.ts'
import { checkOpenCode } from './opencode.ts'
import { checkKeychain, checkVault } from './vault.ts'

export interface DoctorDeps {
  readonly dataDir: string
  vaultStatus(): VaultStatus
  keychainFor(name: string): Keychain
  readonly engine: Pick<Engine, 'check' | 'images' | 'platform' | 'trial' | 'gateways'>
  readonly binaries: Pick<Binaries, 'find' | 'version'>
  gatewayStatus(): GatewayStatus
  gatewayPort(): number
  /** The image new projects start from. */
  image(): string
}

/** Looks at everything Berth needs. */
export interface Doctor {
  /** Never throws; a look that goes wrong in an unforeseen way is a failed check. */
  examine(): Promise<DoctorCheck[]>
}

/** What a look found, without what was looked at. */
export type Finding = Pick<DoctorCheck, 'state' | 'detail' | 'mend'>

type Look = Pick<DoctorCheck, 'id' | 'title'> & { readonly look: () => Promise<Finding> | Finding }

async function run({ id, title, look }: Look): Promise<DoctorCheck> {
  try {
    return { id, title, ...(await look()) }
  } catch (error) {
    return { id, title, state: 'failed', detail: toFailure(error).message }
  }
}

async function examineOnce(deps: DoctorDeps): Promise<DoctorCheck[]> {
  const engine = deps.engine.check()
  const looks: Look[] = [
    { id: 'data', title: 'Data folder', look: () => checkData(deps.dataDir) },
    { id: 'vault', title: 'Vault', look: () => checkVault(deps.vaultStatus()) },
    { id: 'keychain', title: 'System keychain', look: () => checkKeychain(deps) },
    { id: 'engine', title: 'Docker engine', look: async () => checkEngine(await engine) },
    { id: 'opencode', title: 'OpenCode', look: () => checkOpenCode(deps) },
    { id: 'gateway', title: 'Gateway', look: () => checkGateway(deps.gatewayStatus()) },
    { id: 'container', title: 'Container to gateway', look: () => checkContainer(deps) },
  ]
  await engine
  return Promise.all(looks.map(run))
}

/** Makes the doctor. Asked twice at once, it looks once. */
export function createDoctor(deps: DoctorDeps): Doctor {
  let running: Promise<DoctorCheck[]> | undefined
  return {
    examine() {
      running ??= examineOnce(deps).finally(() => {
        running = undefined
      })
      return running
    },
  }
}
