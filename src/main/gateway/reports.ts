import type { Account } from '../../preload/accounts.ts'
import type { Notice } from '../../preload/shapes.ts'
import type { GatewayDeps } from './types.ts'

/** Tells the rest of Berth what requests showed, without telling the same thing many times. */
export interface Reports {
  /** A project's request with the account's credential was answered well. */
  used(projectId: string, account: Account): void
  /** The vendor refused the account's credential. */
  rejected(projectId: string, account: Account, status: number): void
  /** Something the user has to know; repeats within a minute are dropped, and what is too much from one project. */
  notice(notice: Omit<Notice, 'id'>): void
}

const USED_EVERY = 5000
const NOTICE_EVERY = 60_000
const MAX_REMEMBERED = 500
/** Notices of one project in a minute: a container may give cause for as many as it likes. The rest is in its requests. */
const MOST_NOTICES = 10

const pairOf = (projectId: string, account: Account): string => `${projectId}\0${account.id}`

export function createReports(
  deps: Pick<GatewayDeps, 'markUsed' | 'markRejected' | 'onNotice' | 'providerName'>,
  now: () => number,
): Reports {
  const usedAt = new Map<string, number>()
  const noticedAt = new Map<string, number>()

  const due = (memory: Map<string, number>, key: string, every: number): boolean => {
    const last = memory.get(key)
    const time = now()
    if (last !== undefined && Math.abs(time - last) < every) return false
    if (memory.size >= MAX_REMEMBERED) memory.clear()
    memory.set(key, time)
    return true
  }

  const noticesOf = new Map<string, number[]>()
  const hasRoom = (projectId: string): boolean => {
    const time = now()
    const recent = (noticesOf.get(projectId) ?? []).filter((at) => Math.abs(time - at) < NOTICE_EVERY)
    if (recent.length >= MOST_NOTICES) return false
    noticesOf.set(projectId, [...recent, time])
    return true
  }

  return {
    used(projectId, account) {
      if (due(usedAt, pairOf(projectId, account), USED_EVERY)) deps.markUsed(account.id, projectId)
    },
    rejected(projectId, account, status) {
      // The next good answer must be told at once, whoever gets it, for it takes the error away.
      for (const use of usedAt.keys()) if (use.endsWith(pairOf('', account))) usedAt.delete(use)
      const what = account.type === 'oauth' ? 'login' : 'key'
      const mend = account.type === 'oauth' ? 'Sign in again in Providers.' : 'Replace it in Providers.'
      deps.markRejected(
        account.id,
        `${deps.providerName(account.providerId)} refused the ${what} of ${account.label} (${status}). ${mend}`,
        projectId,
      )
    },
    notice(notice) {
      const { projectId = '', text } = notice
      if (due(noticedAt, `${projectId}\0${text}`, NOTICE_EVERY) && hasRoom(projectId)) deps.onNotice(notice)
    },
  }
}
