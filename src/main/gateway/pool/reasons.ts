import type { Account } from '../../../preload/accounts.ts'
import type { Standing } from './standing.ts'
import { firstFree } from './strategy.ts'
import type { Errand, Nobody } from './types.ts'
import { coolingText } from './words.ts'

/** Sentences about which account is the one, and about there being none. */

type StandingOf = (accountId: string) => Standing

/** Why the chosen account is the one. */
export function reasonFor(errand: Errand, account: Account, standingOf: StandingOf, now: number): string {
  const { choice, session } = errand
  if (account.id === choice.active || choice.accounts.length < 2) return choice.reason
  const others = choice.accounts
    .filter(({ id }) => id !== account.id)
    .flatMap((one) => coolingText(one, standingOf(one.id), now) ?? [])
  if (others.length > 0) return `${account.label}: ${others.join('; ')}.`
  if (choice.strategy === 'sticky' && session !== undefined)
    return `${account.label} has served this session.`
  return `${account.label}, by the pool's ${choice.strategy} order.`
}

/** Who is cooling and why, whoever was tried for this request already. */
export function nobody(errand: Errand, standingOf: StandingOf, now: number): Nobody {
  const all = errand.choice.accounts.map((account) => ({ account, standing: standingOf(account.id) }))
  const said = all.flatMap(({ account, standing }) => coolingText(account, standing, now) ?? [])
  const freeAt = firstFree(
    all.map(({ account, standing }) => ({ id: account.id, standing })),
    now,
  )
  const first = all.find(({ standing }) => standing.cooling?.until === freeAt)
  return {
    freeAt,
    said: first?.standing.cooling?.said ?? '',
    reason: said.length > 0 ? `${said.join('; ')}.` : 'Every account was tried for this request.',
  }
}
