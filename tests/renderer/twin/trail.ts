import type { AuditEntry } from '../../../src/preload/audit.ts'

const MINUTE = 60_000

type Given = Omit<AuditEntry, 'id' | 'at'> & { readonly ago: number }

const WORK = { providerId: 'anthropic', accountId: 'a1', accountLabel: 'work / team key' }
const HOME = { providerId: 'anthropic', accountId: 'a2', accountLabel: 'home / own key' }
const ROUTER = { providerId: 'openrouter', accountId: 'a3', accountLabel: 'main' }
const ATLAS = { projectId: 'atlas', projectName: 'atlas-api' }

const RECENT: readonly Given[] = [
  { ago: 1, surface: 'berth', action: 'account.used', ...WORK, ...ATLAS },
  {
    ago: 12,
    surface: 'berth',
    action: 'account.refused',
    ...ROUTER,
    projectId: 'search',
    projectName: 'search-index',
    detail: 'OpenRouter refused this key (401).',
  },
  { ago: 16, surface: 'tray', action: 'account.activated', ...WORK },
  {
    ago: 41,
    surface: 'window',
    action: 'pin.set',
    ...HOME,
    projectId: 'billing',
    projectName: 'billing-worker',
  },
  { ago: 55, surface: 'command', action: 'account.checked', ...WORK, detail: 'good' },
  { ago: 90, surface: 'berth', action: 'vault.locked', detail: 'after 30 minutes without use' },
  { ago: 88, surface: 'window', action: 'vault.unlocked' },
  {
    ago: 300,
    surface: 'window',
    action: 'project.delivery_changed',
    projectId: 'infra',
    projectName: 'infra',
  },
  {
    ago: 1500,
    surface: 'browser',
    action: 'account.imported',
    ...HOME,
    detail: 'from ~/.local/share/opencode',
  },
  { ago: 3000, surface: 'window', action: 'account.added', ...ROUTER },
  { ago: 3001, surface: 'window', action: 'vault.created', detail: 'kept by the keychain' },
]

/** Newest first, as the main side lists it: some of each kind, then many of the commonest. */
export function trail(now: number, length = 240): AuditEntry[] {
  const more = Array.from(
    { length },
    (_, index): Given => ({
      ago: 3100 + index * 15,
      surface: 'berth',
      action: 'account.used',
      ...(index % 3 === 0 ? HOME : WORK),
      ...ATLAS,
    }),
  )
  const all = [...RECENT, ...more].toSorted((a, b) => a.ago - b.ago)
  return all.map(({ ago, ...entry }, index) => ({ ...entry, id: all.length - index, at: now - ago * MINUTE }))
}
