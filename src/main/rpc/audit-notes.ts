import { accountNotes } from './audit-notes-accounts.ts'
import { gatewayNotes } from './audit-notes-gateway.ts'
import { projectNotes } from './audit-notes-projects.ts'
import { vaultNotes } from './audit-notes-vault.ts'
import type { Note, Recorded } from './audit-recorded.ts'

/** What each recorded method did. A new method does not compile until it is here or among the unrecorded. */
export const NOTES: { readonly [M in Recorded]: Note<M> } = {
  ...vaultNotes,
  ...accountNotes,
  ...projectNotes,
  ...gatewayNotes,
}
