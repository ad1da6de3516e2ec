import type { Notice } from '../preload/shapes.ts'
import type { Accounts } from './accounts/types.ts'
import type { AuditTrail } from './audit/types.ts'
import type { Catalog } from './catalog/types.ts'
import type { Log } from './log/log.ts'
import { createRenew, type Renew } from './oauth/renewals.ts'
import type { CallUpstream } from './upstream-call.ts'

/** The renewal of logins, with what it asks of the other rooms, and who is told of it. */
export function createLoginRenewal(deps: {
  readonly accounts: Accounts
  readonly catalog: Catalog
  readonly audit: Pick<AuditTrail, 'record'>
  /** The gateway is made later. */
  readonly gateway: () => { readonly call: CallUpstream }
  notify(notice: Omit<Notice, 'id'>): void
  readonly now: () => number
  readonly log: Log
}): Renew {
  const { accounts, catalog, audit, gateway, notify, now, log } = deps
  return createRenew({
    ...{ accounts, catalog, now, log },
    call: (call) => gateway().call(call),
    onRenewed: ({ id, providerId, label }) =>
      audit.record({
        surface: 'berth',
        action: 'account.renewed',
        providerId,
        accountId: id,
        accountLabel: label,
      }),
    onEnded({ id, providerId, label }, message) {
      notify({ level: 'error', text: `${message} No request goes by it any more.`, accountId: id })
      audit.record({
        surface: 'berth',
        action: 'account.refused',
        providerId,
        accountId: id,
        accountLabel: label,
        detail: message,
      })
    },
  })
}
