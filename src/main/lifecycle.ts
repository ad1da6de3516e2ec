import { readFileSync } from 'node:fs'
import type { AppStatus, Notice } from '../preload/shapes.ts'
import type { Accounts } from './accounts/types.ts'
import type { Engine } from './engine/types.ts'
import { BerthError, toFailure } from './errors.ts'
import type { Gateway } from './gateway/types.ts'
import type { Log } from './log/log.ts'
import type { SettingsStore } from './settings/settings.ts'
import type { Vault } from './vault/types.ts'

const LOOPBACK = '127.0.0.1'

/**
 * How far Berth is brought up: with its projects, or, for a command that needs no more, with the open vault, or with the
 * gateway as well. `nothing` waits until somebody asks, and then opens the vault.
 */
export type Reach = 'nothing' | 'vault' | 'gateway' | 'all'

export interface LifecycleDeps {
  readonly vault: Vault
  readonly engine: Engine
  readonly gateway: Gateway
  readonly settings: SettingsStore
  readonly accounts: Pick<Accounts, 'sweep'>
  /** Takes up the projects again; `moved` says that the gateway's port changed under running ones. */
  resumeProjects(options: { moved: boolean }): Promise<void>
  notify(notice: Omit<Notice, 'id'>): void
  onStatus(status: AppStatus): void
  /** Absent means `all`. */
  readonly reach?: Reach
  readonly log: Log
}

/** Brings Berth's parts up in the order they need each other, now and whenever one of them becomes ready later. */
export interface Lifecycle {
  status(): AppStatus
  /** Where the gateway listens, or will: not what the environment asks for where that is taken. */
  gatewayPort(): number
  /** Has the gateway listen at one more address, at the port it has. Throws `port_taken`. */
  listenAt(address: string): Promise<void>
  /** Looks at everything again and brings up what can be. Never throws: the status says how it went. */
  bringUp(): Promise<AppStatus>
}

/** Reads the certificate authorities to trust besides the built-in ones. */
export function readExtraCa(file: string | undefined): string | undefined {
  if (file === undefined) return undefined
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    throw new BerthError(
      'bad_request',
      `The certificate file ${file} named in the settings cannot be read. Mend the path or take it out.`,
      { cause },
    )
  }
}

export function createLifecycle(deps: LifecycleDeps): Lifecycle {
  const { vault, engine, gateway, settings, log, reach = 'all' } = deps
  let resumed = false
  let listening: number | undefined
  let running: Promise<AppStatus> | undefined

  const status = (): AppStatus => ({
    vault: vault.status(),
    engine: engine.status(),
    gateway: gateway.status(),
  })

  const gatewayPort = () => listening ?? settings.get().gatewayPort

  /** A container must find the gateway where it was told to, so the port is kept; a taken one is given up. */
  async function listen(addresses: string[]): Promise<{ moved: boolean }> {
    const kept = gatewayPort()
    try {
      const { port } = await gateway.listen(addresses, kept)
      listening = port
      if (port !== kept) await settings.update({ gatewayPort: port })
      return { moved: false }
    } catch (error) {
      if (!(error instanceof BerthError) || error.code !== 'port_taken' || kept === 0) throw error
      const { port } = await gateway.listen(addresses, 0)
      listening = port
      await settings.update({ gatewayPort: port })
      deps.notify({
        level: 'warning',
        text: `Port ${kept} is taken by another program, so the gateway moved to port ${port}. Running projects are restarted.`,
      })
      return { moved: true }
    }
  }

  async function openGateway(): Promise<void> {
    if (vault.status().state !== 'ready') return
    await deps.accounts.sweep()
    const bridges = await engine.gateways().catch(() => undefined)
    const addresses = [LOOPBACK, bridges?.usual, bridges?.confined?.address]
    const { moved } = await listen(addresses.filter((address) => address !== undefined))
    if (reach === 'all' && (!resumed || moved)) {
      // Noted afterwards: what fails half way is taken up again by the next look.
      await deps.resumeProjects({ moved })
      resumed = true
    }
  }

  async function bringUpOnce(): Promise<AppStatus> {
    if (reach === 'vault' || reach === 'nothing') {
      await vault.open()
      return status()
    }
    await Promise.all([vault.open(), engine.check()])
    try {
      await openGateway()
    } catch (error) {
      log.error({ err: error }, 'the gateway could not be opened')
      deps.notify({ level: 'error', text: toFailure(error).message })
    }
    deps.onStatus(status())
    return status()
  }

  return {
    status,
    gatewayPort,
    listenAt: async (address) => void (await gateway.listen([address], gatewayPort())),
    bringUp() {
      running ??= bringUpOnce().finally(() => {
        running = undefined
      })
      return running
    },
  }
}
