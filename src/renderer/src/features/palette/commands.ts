import type { Project } from '../../../../preload/shapes.ts'
import type { Stores } from '../../stores.ts'
import { isUp, sortProjects } from '../projects/project-states.ts'
import { accountName } from '../providers/account-names.ts'
import { showFailure } from '../shell/notices.ts'
import { limitWords } from '../usage/budget-words.ts'
import { accountCommands } from './account-commands.ts'

/** One thing the palette can do. */
export interface Command {
  readonly id: string
  readonly label: string
  readonly group: string
  readonly keys?: string
  readonly keywords?: string
  run(): void
}

/** Everything that can be done now, the likeliest first. */
export function commandsOf(stores: Stores): Command[] {
  return [
    ...projectCommands(stores),
    ...openCommands(stores),
    ...placeCommands(stores),
    ...accountCommands(stores),
    ...appCommands(stores),
  ]
}

export function currentProject(stores: Stores): Project | undefined {
  const { place } = stores.route.getState()
  if (place.page !== 'project') return undefined
  return stores.projects.getState().projects?.find((project) => project.id === place.projectId)
}

async function tell(answer: Promise<{ ok: true } | { ok: false; error: Parameters<typeof showFailure>[0] }>) {
  const result = await answer
  if (!result.ok) showFailure(result.error)
}

function projectCommands(stores: Stores): Command[] {
  const project = currentProject(stores)
  if (project === undefined) return []
  const { act } = stores.projects.getState()
  const make = (id: string, label: string, run: () => void, keys?: string): Command => ({
    id,
    label,
    group: project.name,
    run,
    ...(keys === undefined ? {} : { keys }),
  })
  const up = isUp(project.state)
  const startable = project.state === 'stopped' || project.state === 'failed'
  const started = [
    make('stop', `Stop ${project.name}`, () => void tell(act('stop', project.id))),
    make('restart', `Restart ${project.name}`, () => void tell(act('restart', project.id))),
    make('session', 'New session', () => void tell(stores.conversations.getState().newSession(project.id))),
  ]
  return [
    ...(startable ? [make('start', `Start ${project.name}`, () => void tell(act('start', project.id)))] : []),
    ...(up ? started : []),
    make('switch-account', `Switch the account of ${project.name}`, openAccountMenu, 'mod+shift+a'),
    make('composer', 'Write a prompt', () => focusComposer(), 'mod+l'),
    make('inspector', 'Show or hide the inspector', () => toggleInspector(stores), 'mod+i'),
  ]
}

/** After the palette has closed and given the focus back. */
export function focusComposer(): void {
  setTimeout(() => document.getElementById('composer')?.focus(), 60)
}

/** The menu of the account chip, after the palette has closed. */
export function openAccountMenu(): void {
  setTimeout(() => document.getElementById('account-chip')?.click(), 60)
}

export function toggleInspector(stores: Stores): void {
  const project = currentProject(stores)
  if (project === undefined) return
  const { inspectors, setInspector } = stores.ui.getState()
  const open = inspectors[project.id]?.open ?? window.innerWidth >= 1100
  setInspector(project.id, { open: !open })
}

function openCommands(stores: Stores): Command[] {
  const { go, place } = stores.route.getState()
  return sortProjects(stores.projects.getState().projects ?? [])
    .filter((project) => place.page !== 'project' || place.projectId !== project.id)
    .map((project) => ({
      id: `open-${project.id}`,
      label: project.name,
      keywords: `open ${project.folder}`,
      group: 'Projects',
      run: () => go({ page: 'project', projectId: project.id }),
    }))
}

function placeCommands(stores: Stores): Command[] {
  const { go } = stores.route.getState()
  return [
    {
      id: 'new',
      label: 'New project',
      group: 'Go to',
      keys: 'mod+n',
      run: () => go({ page: 'new-project' }),
    },
    { id: 'projects', label: 'Projects', group: 'Go to', keys: 'mod+1', run: () => go({ page: 'projects' }) },
    {
      id: 'providers',
      label: 'Providers',
      group: 'Go to',
      keys: 'mod+2',
      run: () => go({ page: 'providers' }),
    },
    { id: 'connect', label: 'Add provider', group: 'Go to', run: () => go({ page: 'add-provider' }) },
    {
      id: 'import',
      label: 'Import accounts',
      keywords: 'keys auth.json env opencode',
      group: 'Go to',
      run: () => go({ page: 'import' }),
    },
    { id: 'activity', label: 'Activity', group: 'Go to', keys: 'mod+3', run: () => go({ page: 'activity' }) },
    {
      id: 'usage',
      label: 'Usage',
      keywords: 'cost tokens chart spent csv',
      group: 'Go to',
      keys: 'mod+4',
      run: () => go({ page: 'usage' }),
    },
    { id: 'settings', label: 'Settings', group: 'Go to', keys: 'mod+5', run: () => go({ page: 'settings' }) },
  ]
}

/** Budgets that are used up, or soon are. */
function raiseCommands(stores: Stores): Command[] {
  const { projects = [] } = stores.projects.getState()
  const { accounts = [] } = stores.providers.getState()
  return (stores.budgets.getState().budgets ?? [])
    .filter(({ state }) => state !== 'ok')
    .map((budget) => {
      const project = projects.find(({ id }) => id === budget.targetId)
      const account = accounts.find(({ id }) => id === budget.targetId)
      const name = project?.name ?? (account === undefined ? budget.targetId : accountName(account))
      return {
        id: `raise-${budget.id}`,
        label: `Raise the budget of ${name}: ${limitWords(budget)} …`,
        group: 'Berth',
        run: () => setTimeout(() => stores.asks.getState().open({ what: 'budget', budget }), 60),
      }
    })
}

function appCommands(stores: Stores): Command[] {
  const { setTheme, toggleRail, setOverlay } = stores.ui.getState()
  const running = (stores.projects.getState().projects ?? []).filter((project) => isUp(project.state))
  const stopAll: Command = {
    id: 'stop-all',
    label: 'Stop all projects',
    group: 'Berth',
    run: () => {
      for (const project of running) void tell(stores.projects.getState().act('stop', project.id))
    },
  }
  return [
    ...(running.length > 0 ? [stopAll] : []),
    {
      id: 'budget',
      label: 'Add a budget …',
      keywords: 'limit cost tokens money usage',
      group: 'Berth',
      run: () => setTimeout(() => stores.asks.getState().open({ what: 'budget' }), 60),
    },
    ...raiseCommands(stores),
    {
      id: 'lock',
      label: 'Lock the vault',
      group: 'Berth',
      run: () => void tell(stores.status.getState().lock()),
    },
    {
      id: 'recheck',
      label: 'Check engine and gateway again',
      group: 'Berth',
      run: () => void tell(stores.status.getState().recheck()),
    },
    { id: 'light', label: 'Light theme', group: 'Berth', run: () => setTheme('light') },
    { id: 'dark', label: 'Dark theme', group: 'Berth', run: () => setTheme('dark') },
    { id: 'system', label: 'Theme as the system', group: 'Berth', run: () => setTheme('system') },
    { id: 'rail', label: 'Narrow or widen the rail', group: 'Berth', run: toggleRail },
    {
      id: 'shortcuts',
      label: 'All shortcuts',
      group: 'Berth',
      keys: '?',
      run: () => setTimeout(() => setOverlay('shortcuts'), 0),
    },
  ]
}
