import type { ConnectionCheck, ConnectionVerdict } from '../../../../preload/accounts.ts'
import type { StateTone } from '../../ui/state-dot.tsx'

/** A verdict in a word or two; its sentence comes with the check. */
export const verdictWords: Readonly<Record<ConnectionVerdict, { word: string; tone: StateTone }>> = {
  good: { word: 'Works', tone: 'ok' },
  wrong_key: { word: 'Wrong key', tone: 'trouble' },
  expired: { word: 'Expired', tone: 'trouble' },
  revoked: { word: 'Revoked', tone: 'trouble' },
  no_credit: { word: 'No credit', tone: 'trouble' },
  wrong_region: { word: 'Wrong region', tone: 'trouble' },
  forbidden: { word: 'Not allowed', tone: 'waiting' },
  rate_limited: { word: 'Limited now', tone: 'waiting' },
  unreachable: { word: 'Not reached', tone: 'waiting' },
  unclear: { word: 'Not clear', tone: 'waiting' },
}

/** Verdicts that say nothing against the key itself: it is saved without asking again. */
const GOOD_ENOUGH: ReadonlySet<ConnectionVerdict> = new Set(['good', 'rate_limited', 'unclear'])

/** True when a key is saved only if the user says so once more. */
export const holdsBack = (check: Pick<ConnectionCheck, 'verdict'>): boolean => !GOOD_ENOUGH.has(check.verdict)

/** The part of the form a verdict is about. */
export function placeOfVerdict(verdict: ConnectionVerdict): 'key' | 'fields' | 'form' {
  if (verdict === 'wrong_key' || verdict === 'expired' || verdict === 'revoked') return 'key'
  return verdict === 'wrong_region' ? 'fields' : 'form'
}
