import type { AuditEntry } from '../../preload/audit.ts'

/** What the vault does of itself, as the trail says it. */
export const VAULT_ACTS: Readonly<Record<'created' | 'locked', Pick<AuditEntry, 'action' | 'detail'>>> = {
  created: { action: 'vault.created', detail: 'The keychain keeps its key.' },
  locked: { action: 'vault.locked', detail: 'It was not used for a while.' },
}
