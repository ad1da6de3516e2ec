import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import packageJson from '../../package.json' with { type: 'json' }
import type { Notice } from '../preload/shapes.ts'
import { createAccounts } from './accounts/accounts.ts'
import type { AppOptions } from './app-options.ts'
import { createAuditTrail } from './audit/audit.ts'
import { VAULT_ACTS } from './audit/own-acts.ts'
import { createUses } from './audit/uses.ts'
import { createCatalog } from './catalog/catalog.ts'
import { createAsking } from './connection/asking.ts'
import { openDatabase } from './db/database.ts'
import { newId } from './db/new-id.ts'
import { createDoctor } from './doctor/doctor.ts'
import { createEngine } from './engine/engine.ts'
import { createGateway } from './gateway/gateway.ts'
import { gatewayDeps, usageOf } from './gateway-deps.ts'
import { createGoingOut } from './going-out.ts'
import { createImports } from './imports/imports.ts'
import { holdInstance } from './instance.ts'
import { createJobs } from './jobs/jobs.ts'
import { createLifecycle, readExtraCa } from './lifecycle.ts'
import { type Log, openLog } from './log/log.ts'
import { renewsLogin } from './oauth/login-providers.ts'
import { createBinaries } from './opencode/binary.ts'
import { connectOpenCode } from './opencode/client.ts'
import { openCodeConfig } from './opencode/config.ts'
import { messageIdFor } from './opencode/message-id.ts'
import { OPENCODE_VERSION } from './opencode/types.ts'
import { createProjects } from './projects/projects.ts'
import { restartNotice } from './restart-notice.ts'
import { createDispatch, type Dispatch } from './rpc/dispatch.ts'
import { createEvents, type Events } from './rpc/events.ts'
import { createHandlers } from './rpc/handlers.ts'
import { createDockerRuntime } from './runtime/docker-runtime.ts'
import { createProcessRuntime } from './runtime/process-runtime.ts'
import { serveCommands } from './serve-commands.ts'
import { openSettings, type SettingsStore } from './settings/settings.ts'
import { createTraffic } from './traffic.ts'
import { createOsKeychain } from './vault/keychain.ts'
import { createVault } from './vault/vault.ts'

/** Berth without a surface. */
export interface App {
  readonly dispatch: Dispatch
  readonly events: Events
  readonly settings: SettingsStore
  readonly log: Log
  /** To be called before the computer sleeps: locks the vault, if the user wants that. */
  sleeps(): Promise<void>
  /** Stops the projects and closes everything; resolves when nothing is left running. */
  close(): Promise<void>
}

/**
 * Builds every service in order and brings up what can be: the composition root. Throws `conflict` when another Berth
 * works on the same data folder, and `bad_request` when its settings are not valid; everything else that is wrong is
 * in the status.
 */
export async function createApp(options: AppOptions): Promise<App> {
  const { dataDir, env = process.env } = options
  // A command tries again by itself, for a Berth may have come up that does its work.
  const unlock = await holdInstance(dataDir, options.surface === 'command' ? 0 : undefined)
  const closers: (() => unknown)[] = [unlock]
  try {
    return await build(options, env, closers)
  } catch (error) {
    for (const close of closers.reverse()) close()
    throw error
  }
}

async function build(options: AppOptions, env: NodeJS.ProcessEnv, closers: (() => unknown)[]): Promise<App> {
  const { dataDir, cacheDir, resourcesDir, surface, pickFolder, pickFile, openPlace, reach = 'all' } = options
  const now = Date.now
  const log = openLog(join(dataDir, 'logs'))
  const settings = openSettings(dataDir, env)
  const db = openDatabase(join(dataDir, 'berth.db'))
  closers.push(() => db.close())
  const events = createEvents({ log })
  const notify = (notice: Omit<Notice, 'id'>) =>
    events.emit({ name: 'notice', payload: { id: randomUUID(), ...notice } })

  const audit = createAuditTrail({
    db,
    now,
    onAdded: (payload) => events.emit({ name: 'audit.added', payload }),
    log,
  })
  const uses = createUses({ audit, now })
  const vault = createVault({
    file: join(dataDir, 'vault.json'),
    keychainFor: options.keychainFor ?? createOsKeychain,
    idleMs: () => settings.get().vaultLockMinutes * 60_000,
    onOwnAct: (act) => audit.record({ surface: 'berth', ...VAULT_ACTS[act] }),
  })
  const catalog = createCatalog({ db, snapshotFile: join(resourcesDir, 'catalog.json') })
  const accounts = createAccounts({
    ...{ db, vault, catalog, now, newId, renews: renewsLogin },
    onChange: (list) => {
      events.emit({ name: 'accounts.changed', payload: list })
      asking.discovery.accountsChanged(list)
      traffic.pools.accountsChanged(list)
      accessChanged()
    },
    onRenewed: (account) => traffic.renewed(account),
    onReplaced: (accountId) => traffic.replaced(accountId),
    onPins: (pins) => {
      events.emit({ name: 'pins.changed', payload: pins })
      accessChanged()
    },
  })
  const traffic = createTraffic({
    ...{ db, catalog, accounts, audit, settings, events, notify, now, newId, log },
    projects: () => projects,
    gateway: () => gateway,
    checks: () => asking.checks,
  })
  const goingOut = createGoingOut({
    ...{ db, log, env, now, events },
    projects: () => projects,
    gateway: () => gateway,
  })
  closers.push(traffic.close, goingOut.egress.close)
  const imports = createImports({ accounts, catalog, vault, env, dataDir })
  const engine = createEngine({ address: settings.get().engineAddress, log, env })
  closers.push(() => engine.close())

  const gateway = createGateway(
    gatewayDeps({
      vault,
      catalog,
      accounts,
      projects: () => projects,
      uses,
      traffic: traffic.given,
      egress: goingOut.egress,
      notify,
      statusChanged,
    }),
    { hostMap: settings.get().hostMap, extraCa: readExtraCa(settings.get().extraCaFile), env },
  )
  const onModels = ({ name }: { name: string }, models: boolean) => {
    events.emit({ name: 'providers.changed', payload: {} })
    if (models) afterRestart(`The new models of ${name} are usable in running projects after a restart`)
  }
  const { renewLogin } = traffic
  const asking = createAsking({ call: gateway.call, catalog, accounts, env, now, onModels, renewLogin, log })
  closers.push(asking.discovery.close)
  const listenAt = (address: string) => lifecycle.listenAt(address)
  const runtimes = {
    docker: createDockerRuntime({ engine, log, keepOut: [dataDir, cacheDir], listenAt }),
    process: createProcessRuntime({ dataDir, log, env }),
  }
  const binaries = createBinaries({ cacheDir, log })
  const projects = createProjects({
    db,
    createJobs: (wiring) => createJobs({ db, now, log, ...wiring }),
    catalog,
    accounts,
    runtimes,
    binaries,
    connectOpenCode,
    openCodeConfig,
    messageIdFor,
    gateway: { ...gateway, port: () => lifecycle.gatewayPort() },
    defaultImage: () => settings.get().defaultImage,
    defaultEgress: () => settings.get().newProjectEgress,
    keyGiven: (projectId, accountId) => {
      const use = usageOf({ accounts, projects: () => projects }, projectId, accountId)
      if (use !== undefined) uses.given(use)
    },
    emit(event) {
      events.emit(event)
      goingOut.heard(event)
      if (event.name === 'project.removed') traffic.projectGone(event.payload.projectId)
    },
    dataDir,
    now,
    newId,
    log,
  })

  const lifecycle = createLifecycle({
    ...{ vault, engine, gateway, settings, accounts, notify, reach, log },
    resumeProjects: projects.resume,
    onStatus: (payload) => events.emit({ name: 'status.changed', payload }),
  })
  function statusChanged(): void {
    events.emit({ name: 'status.changed', payload: lifecycle.status() })
  }
  /** Which credentials and hosts there are has changed. */
  function accessChanged(): void {
    gateway.hostsChanged()
    statusChanged()
    projectsFollow()
  }
  function afterRestart(sentence: string): void {
    const notice = restartNotice(sentence, projects.list())
    if (notice !== undefined) notify(notice)
  }
  function projectsFollow(): void {
    projects.credentialsChanged().catch((err) => log.error({ err }, 'new credentials did not reach projects'))
  }
  vault.onChange((status) => {
    statusChanged()
    // A project that is given its real key could not be given another while the vault was locked.
    if (status.state === 'ready') projectsFollow()
  })
  engine.onStatus((status) => {
    statusChanged()
    if (status.state === 'ready') void lifecycle.bringUp()
  })

  const doctor = createDoctor({
    ...{ dataDir, engine, binaries },
    vaultStatus: vault.status,
    keychainFor: options.keychainFor ?? createOsKeychain,
    gatewayStatus: gateway.status,
    gatewayPort: lifecycle.gatewayPort,
    image: () => settings.get().defaultImage,
  })
  const handlers = createHandlers(
    {
      info: {
        version: packageJson.version,
        surface,
        platform: process.platform,
        openCodeVersion: OPENCODE_VERSION,
        dataDir,
      },
      status: lifecycle.status,
      bringUp: lifecycle.bringUp,
      vault,
      catalog,
      accounts,
      imports,
      engine,
      gateway,
      projects,
      settings,
      audit,
      pools: traffic.pools,
      poolNumbers: traffic.poolNumbers,
      usage: traffic.usage,
      egress: goingOut.egress,
      folderRuntime: () => (engine.status().state === 'ready' ? runtimes.docker : runtimes.process),
      pickFolder,
      pickFile,
      openPlace,
      doctor,
      settingsChanged: (payload) => {
        vault.idleTimeChanged()
        events.emit({ name: 'settings.changed', payload })
      },
      providersChanged: () => {
        events.emit({ name: 'providers.changed', payload: {} })
        accessChanged()
      },
      afterRestart,
      ...asking,
    },
    log,
  )

  const dispatch = createDispatch(handlers, { log })
  if (reach !== 'nothing') await lifecycle.bringUp()
  const commands =
    reach === 'all'
      ? await serveCommands({ dataDir, version: packageJson.version, dispatch, events, log, notify })
      : undefined
  log.info({ version: packageJson.version, surface, reach }, 'Berth is up')
  return {
    dispatch,
    events,
    settings,
    log,
    async sleeps() {
      if (!settings.get().vaultLockOnSleep || vault.status().state !== 'ready') return
      await vault.lock()
      audit.record({ surface: 'berth', action: 'vault.locked', detail: 'The computer went to sleep.' })
    },
    async close() {
      await commands?.close()
      // What was never taken up is left as it is: a Berth that crashed may have left servers running.
      if (reach === 'all') await projects.shutdown()
      await gateway.close()
      for (const close of closers.reverse()) close()
      log.info('Berth is closed')
    },
  }
}
