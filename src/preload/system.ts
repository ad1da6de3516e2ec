import { z } from 'zod'
import { egressPolicy } from './egress-policy.ts'

/** Berth's own condition and the choices that are the user's. */

/** The settings a person changes in the app. The rest of `settings.json` is Berth's own. */
export const userSettings = z.object({
  /** Minutes without use after which the vault locks itself; 0 for never. */
  vaultLockMinutes: z.number().int().min(0).max(10_080),
  /** Whether the vault locks itself when the computer goes to sleep. */
  vaultLockOnSleep: z.boolean(),
  /** Whether nothing is said when another account takes over. */
  muteSwitches: z.boolean(),
  /** Where new projects may go besides their providers, unless it is chosen for one. */
  newProjectEgress: egressPolicy,
})
export type UserSettings = z.infer<typeof userSettings>

/** One thing Berth needs, and how it is. */
export const doctorCheck = z.object({
  id: z.enum(['data', 'vault', 'keychain', 'engine', 'opencode', 'gateway', 'container']),
  /** What is looked at, in a few words. */
  title: z.string(),
  /** `unknown`: it could not be looked at, because something it needs is missing. */
  state: z.enum(['ok', 'failed', 'unknown']),
  /** What was found, as a sentence. */
  detail: z.string(),
  /** What to do, where something is to be done. */
  mend: z.string().optional(),
})
export type DoctorCheck = z.infer<typeof doctorCheck>
