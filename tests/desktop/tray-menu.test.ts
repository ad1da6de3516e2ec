import type { MenuItemConstructorOptions } from 'electron'
import { describe, expect, it } from 'vitest'
import {
  type TrayActions,
  type TraySnapshot,
  trayMenu,
  trayTooltip,
} from '../../src/main/desktop/tray-menu.ts'
import type { AppStatus } from '../../src/preload/shapes.ts'
import { account, project, status } from './samples.ts'

function recorder() {
  const done: string[] = []
  const actions: TrayActions = {
    open: () => done.push('open'),
    openProject: (id) => done.push(`openProject ${id}`),
    openProviders: () => done.push('openProviders'),
    activate: (id) => done.push(`activate ${id}`),
    start: (id) => done.push(`start ${id}`),
    stop: (id) => done.push(`stop ${id}`),
    quit: () => done.push('quit'),
  }
  return { done, actions }
}

const menu = (snapshot: TraySnapshot) => trayMenu(snapshot, recorder().actions)

function labels(items: readonly MenuItemConstructorOptions[]): unknown[] {
  return items.map((item) =>
    Array.isArray(item.submenu) ? [item.label, labels(item.submenu)] : (item.label ?? '—'),
  )
}

const full: TraySnapshot = {
  status,
  providers: [],
  accounts: [account('work', { active: true, namespace: 'team' }), account('home', { state: 'expired' })],
  projects: [project('p1'), project('p2', { state: 'working' }), project('p3', { state: 'stopping' })],
}

describe('the tray menu', () => {
  it('says that Berth is starting before anything is known', () => {
    expect(labels(menu({}))).toEqual([
      'Berth is starting',
      '—',
      'Providers: loading',
      '—',
      'Projects: loading',
      '—',
      'Open Berth',
      'Quit Berth',
    ])
  })

  it('shows engine, gateway, accounts by provider, and projects', () => {
    expect(labels(menu(full))).toEqual([
      'Engine: Docker 27.3',
      'Gateway: ready · 2 accounts',
      '—',
      ['anthropic', ['team/work', 'home (expired)']],
      '—',
      ['project p1 · stopped', ['Open', 'Start']],
      ['project p2 · working', ['Open', 'Stop']],
      ['project p3 · stopping', ['Open', 'Stop']],
      '—',
      'Open Berth',
      'Quit Berth',
    ])
  })

  it('marks the active account, and chooses another by a click', () => {
    const { done, actions } = recorder()
    const provider = trayMenu(full, actions).find((item) => item.label === 'anthropic')
    const accounts = provider?.submenu as MenuItemConstructorOptions[]
    expect(accounts.map(({ type, checked }) => ({ type, checked }))).toEqual([
      { type: 'radio', checked: true },
      { type: 'radio', checked: false },
    ])
    const press = accounts[1]?.click as (() => void) | undefined
    press?.()
    expect(done).toEqual(['activate home'])
  })

  it('shows a provider by its name with its & intact', () => {
    const providers = [
      {
        id: 'anthropic',
        name: 'A & B',
        rank: 1,
        env: [],
        methods: [],
        fields: [],
        modelCount: 1,
        custom: false,
      },
    ]
    expect(labels(menu({ ...full, providers }))).toContainEqual(['A && B', expect.anything()])
  })

  it('does not offer a revoked account, and leads to the providers when there is none', () => {
    const revoked = menu({ ...full, accounts: [account('a', { state: 'revoked' })] })
    const submenu = revoked.find((item) => item.label === 'anthropic')?.submenu
    expect(submenu).toMatchObject([{ label: 'a (revoked)', enabled: false }])
    expect(labels(menu({ ...full, accounts: [] }))).toContain('Connect a provider…')
  })

  it.each<[AppStatus['engine'], string]>([
    [{ state: 'checking' }, 'Engine: checking'],
    [{ state: 'starting', address: 'a', reason: 'r' }, 'Engine: starting'],
    [{ state: 'unavailable', code: 'engine_unavailable', reason: 'r' }, 'Engine: not running'],
    [{ state: 'unavailable', code: 'engine_denied', reason: 'r' }, 'Engine: no permission'],
  ])('tells the engine apart: %j', (engine, line) => {
    expect(labels(menu({ ...full, status: { ...status, engine } }))[0]).toBe(line)
  })

  it('says when the vault is locked', () => {
    expect(
      labels(menu({ ...full, status: { ...status, vault: { state: 'locked', keeper: 'passphrase' } } })),
    ).toContain('Vault: needs your attention')
  })

  it('says in the tooltip what waits for the user', () => {
    expect(trayTooltip({})).toBe('Berth')
    expect(trayTooltip(full)).toBe('Berth · 2 running')
    expect(trayTooltip({ projects: [project('p', { state: 'waiting' })] })).toBe('Berth · 1 waiting for you')
  })
})
