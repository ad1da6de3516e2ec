import type { AnyEvent, BerthBridge, Envelope } from '../../preload/contract.ts'
import type { Destination, Project } from '../../preload/shapes.ts'
import type { Budget } from '../../preload/usage.ts'
import { createActivityStore } from './features/activity/activity-store.ts'
import { type Conversations, createConversations } from './features/conversation/conversation-store.ts'
import { createDraftsStore } from './features/conversation/drafts-store.ts'
import { createImportsStore } from './features/imports/imports-store.ts'
import { createEgressStore } from './features/projects/egress-store.ts'
import { createInspectorStore } from './features/projects/inspector-store.ts'
import { createNewProjectStore } from './features/projects/new-project-store.ts'
import { createProjectsStore } from './features/projects/projects-store.ts'
import { createAsksStore } from './features/providers/asks-store.ts'
import { createPinsStore } from './features/providers/pins-store.ts'
import { createPoolsStore } from './features/providers/pools-store.ts'
import { createProvidersStore } from './features/providers/providers-store.ts'
import { createQuotaStore } from './features/providers/quota-store.ts'
import { createTestsStore } from './features/providers/tests-store.ts'
import { createNumbersStore } from './features/settings/numbers-store.ts'
import { createSettingsStore } from './features/settings/settings-store.ts'
import { placeOf } from './features/shell/destinations.ts'
import { hideBudgetNotice, showNotice } from './features/shell/notices.ts'
import { createRouteStore } from './features/shell/route-store.ts'
import { createStatusStore } from './features/shell/status-store.ts'
import { createUiStore } from './features/shell/ui-store.ts'
import { createBudgetsStore } from './features/usage/budgets-store.ts'
import { createUsageStore } from './features/usage/usage-store.ts'

export type Stores = ReturnType<typeof createStores>

/** Builds every store of a window and joins them to the bridge. */
export function createStores(given: BerthBridge, window: Window) {
  const bridge: BerthBridge = {
    ...given,
    invoke: async (method, input) => {
      const answer = await given.invoke(method, input)
      if (isSignedOut(answer)) status.getState().signOut()
      return answer
    },
  }
  const status = createStatusStore(bridge)
  const projects = createProjectsStore(bridge)
  const nameOf = (projectId: string) =>
    projects.getState().projects?.find((project) => project.id === projectId)?.name ?? ''
  const stores = {
    bridge,
    status,
    ui: createUiStore(window.localStorage),
    route: createRouteStore(window),
    projects,
    inspector: createInspectorStore(bridge),
    newProject: createNewProjectStore(window.sessionStorage),
    providers: createProvidersStore(bridge),
    pins: createPinsStore(bridge),
    pools: createPoolsStore(bridge),
    quota: createQuotaStore(bridge, Date.now),
    usage: createUsageStore(bridge, Date.now),
    budgets: createBudgetsStore(bridge),
    egress: createEgressStore(bridge),
    tests: createTestsStore(bridge),
    asks: createAsksStore(),
    imports: createImportsStore(bridge),
    activity: createActivityStore(bridge, nameOf),
    settings: createSettingsStore(bridge),
    numbers: createNumbersStore(bridge),
    conversations: createConversations(bridge, (flush) => soon(window, flush)),
    drafts: createDraftsStore(window.localStorage),
  }
  given.on((event) => take(stores, event))
  given.onConnection((connected) => reconnect(stores, connected))
  return stores
}

/** With the next frame; a hidden window draws none, so a timer stands in. */
function soon(window: Window, flush: () => void): void {
  if (window.document.hidden) window.setTimeout(flush, 50)
  else window.requestAnimationFrame(flush)
}

function isSignedOut(answer: Envelope<unknown>): boolean {
  return !answer.ok && answer.error.code === 'unauthorized'
}

/** Fetches what every screen needs. */
export async function loadAll(stores: Stores): Promise<void> {
  await Promise.all([
    stores.status.getState().load(),
    stores.projects.getState().load(),
    stores.providers.getState().load(),
    stores.pins.getState().load(),
    stores.pools.getState().load(),
    stores.budgets.getState().load(),
  ])
}

/** After a break, events may have been missed: everything on show is fetched anew. */
function reconnect(stores: Stores, connected: boolean): void {
  const was = stores.status.getState().connected
  stores.status.getState().setConnected(connected)
  if (!connected || was) return
  void loadAll(stores)
  const talks: Conversations = stores.conversations.getState()
  for (const projectId of Object.keys(talks.talks)) void talks.load(projectId)
  const { logs, routes, loadLogs, loadRoutes } = stores.inspector.getState()
  for (const projectId of Object.keys(logs)) void loadLogs(projectId)
  for (const projectId of Object.keys(routes)) void loadRoutes(projectId)
  const { activity, settings, numbers, usage, egress } = stores
  if (usage.getState().facts !== undefined) void usage.getState().load()
  if (egress.getState().rules !== undefined) void egress.getState().loadRules()
  for (const projectId of Object.keys(egress.getState().destinations))
    void egress.getState().refresh(projectId)
  if (activity.getState().loaded) void activity.getState().load()
  if (settings.getState().settings !== undefined) void settings.getState().load()
  if (numbers.getState().numbers !== undefined) void numbers.getState().load()
  const { pipelines, loadPipeline } = stores.projects.getState()
  for (const projectId of Object.keys(pipelines)) void loadPipeline(projectId)
}

function take(stores: Stores, event: AnyEvent): void {
  const { projects, providers, inspector, conversations, route } = stores
  switch (event.name) {
    case 'status.changed':
      takeStatus(stores, event)
      break
    case 'providers.changed':
      void providers.getState().reloadProviders()
      break
    case 'accounts.changed':
      providers.getState().putAccounts(event.payload)
      break
    case 'pins.changed':
      stores.pins.getState().put(event.payload)
      break
    case 'pool.changed':
      stores.pools.getState().put(event.payload)
      break
    case 'poolNumbers.changed':
      stores.numbers.getState().put(event.payload)
      break
    case 'usage.changed':
      // Nobody sees it on another screen, and each screen asks when it opens.
      if (route.getState().place.page === 'usage') void stores.usage.getState().load()
      break
    case 'budgets.changed':
      takeBudgets(stores, event.payload)
      break
    case 'egress.changed':
      void stores.egress.getState().refresh(event.payload.projectId)
      break
    case 'project.changed':
      projects.getState().put(event.payload)
      rest(conversations.getState(), event.payload)
      break
    case 'project.removed':
      forget(stores, event.payload.projectId)
      break
    case 'pipeline.changed':
      projects.getState().putPipeline(event.payload)
      stores.activity.getState().putStart(event.payload)
      break
    case 'project.log':
      inspector.getState().addLines(event.payload.projectId, event.payload.lines)
      break
    case 'routes.changed':
      inspector.getState().putRoutes(event.payload)
      break
    case 'conversation.changed':
      conversations.getState().change(event.payload.projectId, event.payload.change)
      break
    case 'audit.added':
      stores.activity.getState().putEntry(event.payload)
      break
    case 'settings.changed':
      stores.settings.getState().put(event.payload)
      break
    case 'navigate':
      show(stores, event.payload.to)
      break
    case 'notice':
      showNotice(event.payload, {
        open: (projectId) => route.getState().go({ page: 'project', projectId }),
        openAccount: (accountId) => route.getState().go({ page: 'providers', accountId }),
        raise: (budgetId) => void raise(stores, budgetId),
      })
  }
}

/** What was told of those that have room now, or are gone, is no longer so. */
function takeBudgets({ budgets }: Stores, now: readonly Budget[]): void {
  const known = [...(budgets.getState().budgets ?? []), ...now]
  budgets.getState().put(now)
  for (const { id } of known)
    if (!now.some((one) => one.id === id && one.state !== 'ok')) hideBudgetNotice(id)
}

/** Asks for a higher limit. */
async function raise({ budgets, asks, route }: Stores, budgetId: string): Promise<void> {
  await budgets.getState().load()
  const budget = budgets.getState().budgets?.find(({ id }) => id === budgetId)
  if (budget === undefined) route.getState().go({ page: 'usage' })
  else asks.getState().open({ what: 'budget', budget })
}

/** Shows a place. It never acts: a folder is filled in, and what becomes of it is the user's. */
function show(stores: Stores, to: Destination): void {
  if (to.page === 'new-project' && to.folder !== undefined)
    stores.newProject.getState().change({ folder: to.folder, name: '', nameIsOwn: false })
  stores.route.getState().go(placeOf(to, stores.providers.getState().accounts ?? []))
}

/** A project that runs no more streams nothing: what is saved of its conversation takes the live one's place. */
function rest({ talks, load }: Conversations, { id, state }: Project): void {
  const ended = state === 'stopped' || state === 'failed'
  if (ended && talks[id]?.source === 'live') void load(id)
}

/** A vault that has just been opened makes accounts readable that were not before. */
function takeStatus(stores: Stores, event: Extract<AnyEvent, { name: 'status.changed' }>): void {
  const before = stores.status.getState().status?.vault.state
  stores.status.getState().put(event.payload)
  // What was typed towards an open vault is not left lying in a locked one's window.
  if (event.payload.vault.state !== 'ready') stores.imports.getState().reset()
  if (before === 'ready' || event.payload.vault.state !== 'ready') return
  void stores.providers.getState().load()
  void stores.pins.getState().load()
  void stores.pools.getState().load()
  void stores.budgets.getState().load()
}

function forget(stores: Stores, projectId: string): void {
  stores.projects.getState().drop(projectId)
  stores.conversations.getState().drop(projectId)
  stores.inspector.getState().drop(projectId)
  stores.egress.getState().drop(projectId)
  stores.drafts.getState().setText(projectId, '')
  const place = stores.route.getState().place
  if (place.page === 'project' && place.projectId === projectId)
    stores.route.getState().go({ page: 'projects' })
}
