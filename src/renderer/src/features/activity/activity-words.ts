import type { AuditAction, AuditEntry, Surface } from '../../../../preload/audit.ts'
import type { Pipeline } from '../../../../preload/shapes.ts'
import { duration } from '../../lib/format.ts'
import type { StateTone } from '../../ui/state-dot.tsx'
import { failedJob, stepNames } from '../projects/steps.ts'

/** Where an act came from, in a word. */
export const surfaceWords: Readonly<Record<Surface, string>> = {
  window: 'window',
  browser: 'browser',
  command: 'command',
  tray: 'tray',
  berth: 'Berth itself',
}

/** `%a` is the account, `%p` the project. */
const SENTENCES: Readonly<Record<AuditAction, string>> = {
  'account.added': '%a was added',
  'account.imported': '%a was imported',
  'account.renamed': '%a was renamed',
  'account.fields_changed': 'Fields of %a were changed',
  'account.key_replaced': 'The key of %a was replaced',
  'account.renewed': 'The login of %a was renewed',
  'account.activated': '%a was switched to',
  'account.enabled': '%a was switched on',
  'account.disabled': '%a was switched off',
  'account.reordered': 'Accounts were put in another order',
  'account.removed': '%a was removed',
  'account.checked': '%a was tested',
  'account.used': '%a was used by %p',
  'account.refused': '%a was refused by its vendor',
  'pin.set': '%a was pinned',
  'pin.removed': 'A pin was taken away',
  'pool.changed': 'How accounts share requests was changed',
  'pool.reset': 'Limits of %a were set aside',
  'budget.set': 'A budget was set',
  'budget.removed': 'A budget was removed',
  'egress.allowed': 'A host was allowed',
  'egress.disallowed': 'A host was taken off the list',
  'provider.saved': 'A provider was saved',
  'provider.removed': 'A provider was removed',
  'vault.created': 'The vault was created',
  'vault.unlocked': 'The vault was unlocked',
  'vault.unlock_failed': 'A wrong passphrase was given to the vault',
  'vault.locked': 'The vault was locked',
  'vault.passphrase_changed': 'The vault’s passphrase was changed',
  'vault.key_rotated': 'The vault got a new key',
  'vault.keeper_changed': 'The vault’s key is kept elsewhere',
  'vault.recovery_changed': 'The recovery passphrase was changed',
  'vault.exported': 'Accounts were exported',
  'vault.restored': 'The vault’s earlier file was put back',
  'vault.mended': 'Damaged records were mended',
  'vault.discarded': 'Damaged records were discarded',
  'vault.set_aside': 'The vault was set aside',
  'project.created': '%p was created',
  'project.started': '%p was started',
  'project.stopped': '%p was stopped',
  'project.delivery_changed': 'The delivery of %p was changed',
  'project.egress_changed': 'Where %p may go was changed',
  'project.removed': '%p was removed',
  'settings.changed': 'Settings were changed',
}

const TROUBLE: ReadonlySet<AuditAction> = new Set(['account.refused', 'vault.unlock_failed'])

/** What happened, as a sentence; a name keeps its own first letter. */
export function entryWords({ action, accountLabel, projectName }: AuditEntry): string {
  const template = SENTENCES[action]
  const text = template
    .replace('%a', () => accountLabel ?? 'an account')
    .replace('%p', () => projectName ?? 'a project')
  const named = template.startsWith('%a') ? accountLabel : template.startsWith('%p') ? projectName : ''
  return named === undefined ? upper(text) : text
}

const upper = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1)

export const isTrouble = (entry: AuditEntry): boolean => TROUBLE.has(entry.action)

/** The part before the dot. */
export const subjectOf = (action: AuditAction): string => action.slice(0, action.indexOf('.'))

export interface StartEnding {
  readonly word: string
  readonly tone: StateTone
  readonly moving?: boolean
}

/** How a start has ended, or how far it is. */
export function startEnding({ jobs }: Pick<Pipeline, 'jobs'>): StartEnding {
  if (jobs.some((job) => job.state === 'failed')) return { word: 'failed', tone: 'trouble' }
  if (jobs.some((job) => job.state === 'cancelled')) return { word: 'cancelled', tone: 'rest' }
  if (jobs.every((job) => job.state === 'done')) return { word: 'started', tone: 'ok' }
  return { word: 'starting', tone: 'busy', moving: true }
}

/** One line about a start: how long it took, or where it stopped and why. */
export function startLine(pipeline: Pick<Pipeline, 'id' | 'projectId' | 'jobs'>): string {
  const failed = failedJob(pipeline)
  if (failed !== undefined) return failed.problem?.message ?? `Failed at: ${stepNames[failed.kind]}.`
  const took = startTook(pipeline)
  if (took !== undefined) return `${pipeline.jobs.length} steps in ${duration(took)}`
  const now = pipeline.jobs.find((job) => job.state === 'running' || job.state === 'waiting')
  return now === undefined ? '' : stepNames[now.kind]
}

/** From its first step's start to its last one's end, in milliseconds; only of a start that has ended well. */
export function startTook({ jobs }: Pick<Pipeline, 'jobs'>): number | undefined {
  if (jobs.length === 0 || !jobs.every((job) => job.state === 'done')) return undefined
  const begun = Math.min(...jobs.map((job) => job.startedAt ?? Number.POSITIVE_INFINITY))
  const ended = Math.max(...jobs.map((job) => job.finishedAt ?? Number.NEGATIVE_INFINITY))
  return Number.isFinite(begun) && Number.isFinite(ended) ? Math.max(0, ended - begun) : undefined
}
