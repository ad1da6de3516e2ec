import type { Account } from '../../preload/accounts.ts'
import type { AuditTrail } from './types.ts'

/** A request of a project that an account's credential was put on. */
export interface Use {
  readonly project: { readonly id: string; readonly name: string }
  readonly account: Pick<Account, 'id' | 'providerId' | 'label'>
}

/** How often the same use, or the same refusal, is written down again. Milliseconds. */
const EVERY_MS = 15 * 60_000
const MAX_REMEMBERED = 1000

/**
 * Writes down which project uses which account: at its first request, then once a quarter of an hour, however often
 * accounts take turns meanwhile. So too what the vendor refuses. A restart of Berth begins anew.
 */
export function createUses({ audit, now }: { readonly audit: AuditTrail; readonly now: () => number }) {
  const writtenAt = new Map<string, number>()

  const keyOf = (kind: 'used' | 'refused', { project, account }: Use) =>
    `${kind}\0${project.id}\0${account.id}`
  /** True when it was not written for a while. A clock that was set back counts as a while. */
  function due(key: string): boolean {
    const age = now() - (writtenAt.get(key) ?? Number.NEGATIVE_INFINITY)
    return age < 0 || age >= EVERY_MS
  }
  function write(action: 'account.used' | 'account.refused', key: string, use: Use, detail?: string): void {
    const { project, account } = use
    if (writtenAt.size >= MAX_REMEMBERED) writtenAt.clear()
    writtenAt.set(key, now())
    audit.record({
      surface: 'berth',
      action,
      providerId: account.providerId,
      accountId: account.id,
      accountLabel: account.label,
      projectId: project.id,
      projectName: project.name,
      ...(detail === undefined ? {} : { detail }),
    })
  }
  return {
    used(use: Use): void {
      const key = keyOf('used', use)
      // What it is refused from now on is news again.
      writtenAt.delete(keyOf('refused', use))
      if (due(key)) write('account.used', key, use)
    },
    /** The key itself was given to the project, whose requests with it are not seen. Written each time. */
    given(use: Use): void {
      write('account.used', keyOf('used', use), use, "Its key itself was given to the project's OpenCode.")
    },
    /** @param message what the vendor said, as a sentence */
    refused(use: Use, message: string): void {
      const key = keyOf('refused', use)
      if (due(key)) write('account.refused', key, use, message)
    },
  }
}
export type Uses = ReturnType<typeof createUses>
