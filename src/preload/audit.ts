import { z } from 'zod'
import { accountId, providerId } from './shapes.ts'

/** Who used or changed which account when, and from where. Entries are added and never changed. */

/** Where an act came from; `berth` is Berth itself: a request through the gateway, a lock after idle time. */
export const surface = z.enum(['window', 'browser', 'command', 'tray', 'berth'])
export type Surface = z.infer<typeof surface>

export const auditAction = z.enum([
  'account.added',
  'account.imported',
  'account.renamed',
  'account.fields_changed',
  'account.key_replaced',
  /** Its login was renewed at the vendor. */
  'account.renewed',
  'account.activated',
  'account.enabled',
  'account.disabled',
  'account.reordered',
  'account.removed',
  'account.checked',
  /** Once a quarter of an hour for each project that uses it. */
  'account.used',
  /** The vendor refused its credential. */
  'account.refused',
  'pin.set',
  'pin.removed',
  'pool.changed',
  /** Its cooldowns were ended by hand. */
  'pool.reset',
  'budget.set',
  'budget.removed',
  'egress.allowed',
  'egress.disallowed',
  'provider.saved',
  'provider.removed',
  'vault.created',
  'vault.unlocked',
  'vault.unlock_failed',
  'vault.locked',
  'vault.passphrase_changed',
  'vault.key_rotated',
  'vault.keeper_changed',
  'vault.recovery_changed',
  'vault.exported',
  'vault.restored',
  'vault.mended',
  'vault.discarded',
  'vault.set_aside',
  'project.created',
  'project.started',
  'project.stopped',
  'project.delivery_changed',
  'project.egress_changed',
  'project.removed',
  'settings.changed',
])
export type AuditAction = z.infer<typeof auditAction>

export const auditEntry = z.object({
  /** Grows with every entry. */
  id: z.number().int(),
  at: z.number(),
  surface,
  action: auditAction,
  providerId: providerId.optional(),
  accountId: accountId.optional(),
  /** As it was called then. */
  accountLabel: z.string().optional(),
  projectId: z.string().optional(),
  projectName: z.string().optional(),
  /** More in words, such as a verdict or what a name was before. */
  detail: z.string().optional(),
})
export type AuditEntry = z.infer<typeof auditEntry>

/** All that are given must fit. */
export const auditFilter = z
  .object({
    providerId: providerId.optional(),
    accountId: accountId.optional(),
    projectId: z.string().optional(),
    /** The part before the dot. */
    subject: z
      .enum(['account', 'pin', 'pool', 'budget', 'provider', 'vault', 'project', 'egress', 'settings'])
      .optional(),
    surface: surface.optional(),
    from: z.number().optional(),
    to: z.number().optional(),
    /** Anywhere in labels, names and details, without regard to case. */
    text: z.string().trim().max(200).optional(),
  })
  .strict()
export type AuditFilter = z.infer<typeof auditFilter>
