import type { ConnectionCheck, ConnectionVerdict } from '../../../src/preload/accounts.ts'

const SAID: Readonly<Record<ConnectionVerdict, string>> = {
  good: 'The key works.',
  wrong_key: 'It does not know this key (401). Check that it is whole, or make a new one.',
  expired: 'This key has expired. Make a new one, and replace it here.',
  revoked: 'This key was revoked. Make a new one, and replace it here.',
  no_credit: 'The key works, but its account has no credit left. Top it up.',
  wrong_region: 'This key is of another region. Check the region field.',
  forbidden: 'The key is known, but may not list models (403). Requests may still work.',
  rate_limited: 'The key is known and over its limit now (429). It works again later.',
  unreachable: 'It did not answer within 10 seconds. Check the network, then test again.',
  unclear: 'It answered with a status (418) that does not tell. Requests may still work.',
}

const ASKED_BY: readonly (readonly [word: string, verdict: ConnectionVerdict])[] = [
  ['wrong', 'wrong_key'],
  ['credit', 'no_credit'],
  ['region', 'wrong_region'],
  ['forbidden', 'forbidden'],
  ['limited', 'rate_limited'],
  ['offline', 'unreachable'],
  ['unclear', 'unclear'],
]

/** A key's verdict: the one a word in it asks for; otherwise it is good. `slow` in a key makes the test take 8 s. */
export async function checkOf(key: string): Promise<ConnectionCheck> {
  const durationMs = key.includes('slow') ? 8000 : 420
  await new Promise((done) => setTimeout(done, durationMs))
  return verdictOf(ASKED_BY.find(([word]) => key.includes(word))?.[1] ?? 'good', durationMs)
}

export function verdictOf(verdict: ConnectionVerdict, durationMs = 420): ConnectionCheck {
  return {
    verdict,
    message: SAID[verdict],
    durationMs,
    ...(verdict === 'good'
      ? { identity: { kind: 'organization' as const, id: 'org_5f2e', name: 'Northwind' } }
      : {}),
  }
}
