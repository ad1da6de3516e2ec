import type { MenuItemConstructorOptions } from 'electron'
import type { Account } from '../../preload/accounts.ts'
import type { AppStatus, Project, Provider } from '../../preload/shapes.ts'

/** What the tray shows, as last fetched. Absent parts were not fetched yet, which is said and not shown as empty. */
export interface TraySnapshot {
  readonly status?: AppStatus
  readonly providers?: readonly Provider[]
  readonly accounts?: readonly Account[]
  readonly projects?: readonly Project[]
}

export interface TrayActions {
  open(): void
  openProject(projectId: string): void
  openProviders(): void
  activate(accountId: string): void
  start(projectId: string): void
  stop(projectId: string): void
  quit(): void
}

const SEPARATOR: MenuItemConstructorOptions = { type: 'separator' }

function note(label: string): MenuItemConstructorOptions {
  return { label, enabled: false }
}

/** `&` marks an access key in menus, so a literal one is doubled. */
function literal(text: string): string {
  return text.replaceAll('&', '&&')
}

function engineLine(engine: AppStatus['engine']): string {
  switch (engine.state) {
    case 'checking':
      return 'Engine: checking'
    case 'ready':
      return `Engine: ${engine.name} ${engine.version}`
    case 'starting':
      return 'Engine: starting'
    case 'unavailable':
      return engine.code === 'engine_denied' ? 'Engine: no permission' : 'Engine: not running'
  }
}

function gatewayLine(gateway: AppStatus['gateway']): string {
  switch (gateway.state) {
    case 'starting':
      return 'Gateway: starting'
    case 'ready':
      return `Gateway: ready · ${gateway.accounts} ${gateway.accounts === 1 ? 'account' : 'accounts'}`
    case 'stopped':
      return 'Gateway: stopped'
  }
}

function statusLines(status: AppStatus | undefined): MenuItemConstructorOptions[] {
  if (status === undefined) return [note('Berth is starting')]
  const vault = status.vault.state === 'ready' ? [] : [note('Vault: needs your attention')]
  return [note(engineLine(status.engine)), note(gatewayLine(status.gateway)), ...vault]
}

function accountName(account: Account): string {
  const name = account.namespace === '' ? account.label : `${account.namespace}/${account.label}`
  return account.state === 'connected' ? name : `${name} (${account.state})`
}

function providerItem(
  providerId: string,
  accounts: readonly Account[],
  snapshot: TraySnapshot,
  actions: TrayActions,
): MenuItemConstructorOptions {
  const name = snapshot.providers?.find((provider) => provider.id === providerId)?.name ?? providerId
  return {
    label: literal(name),
    submenu: accounts.map((account) => ({
      label: literal(accountName(account)),
      type: 'radio' as const,
      checked: account.active,
      enabled: !['disabled', 'revoked', 'expired'].includes(account.state),
      click: () => actions.activate(account.id),
    })),
  }
}

function providerItems(snapshot: TraySnapshot, actions: TrayActions): MenuItemConstructorOptions[] {
  if (snapshot.accounts === undefined) return [note('Providers: loading')]
  if (snapshot.accounts.length === 0) {
    return [{ label: 'Connect a provider…', click: () => actions.openProviders() }]
  }
  const byProvider = Map.groupBy(snapshot.accounts, (account) => account.providerId)
  return [...byProvider].map(([providerId, accounts]) =>
    providerItem(providerId, accounts, snapshot, actions),
  )
}

function startOrStop(project: Project, actions: TrayActions): MenuItemConstructorOptions {
  switch (project.state) {
    case 'stopped':
    case 'failed':
      return { label: 'Start', click: () => actions.start(project.id) }
    case 'stopping':
      return { label: 'Stop', enabled: false }
    case 'starting':
    case 'running':
    case 'working':
    case 'waiting':
      return { label: 'Stop', click: () => actions.stop(project.id) }
  }
}

function projectItems(snapshot: TraySnapshot, actions: TrayActions): MenuItemConstructorOptions[] {
  if (snapshot.projects === undefined) return [note('Projects: loading')]
  if (snapshot.projects.length === 0) return [note('No projects yet')]
  return snapshot.projects.map((project) => ({
    label: literal(`${project.name} · ${project.state}`),
    submenu: [{ label: 'Open', click: () => actions.openProject(project.id) }, startOrStop(project, actions)],
  }))
}

/** The tray's menu for what is known now. It is never empty. */
export function trayMenu(snapshot: TraySnapshot, actions: TrayActions): MenuItemConstructorOptions[] {
  return [
    ...statusLines(snapshot.status),
    SEPARATOR,
    ...providerItems(snapshot, actions),
    SEPARATOR,
    ...projectItems(snapshot, actions),
    SEPARATOR,
    { label: 'Open Berth', click: () => actions.open() },
    { label: 'Quit Berth', click: () => actions.quit() },
  ]
}

/** One line for the pointer resting on the icon. */
export function trayTooltip(snapshot: TraySnapshot): string {
  if (snapshot.projects === undefined) return 'Berth'
  const running = snapshot.projects.filter(({ state }) => state !== 'stopped' && state !== 'failed').length
  const waiting = snapshot.projects.filter(({ state }) => state === 'waiting').length
  return waiting > 0 ? `Berth · ${waiting} waiting for you` : `Berth · ${running} running`
}
