import type { EgressPolicy } from '../../preload/egress-policy.ts'

const PLACES: Readonly<Record<EgressPolicy, string>> = {
  open: 'any host',
  listed: 'hosts on the list and to its providers',
  'gateway-only': 'its providers and nowhere else',
}

/** `may go to any host`, after a project's name. */
export const mayGoText = (policy: EgressPolicy): string => `may go to ${PLACES[policy]}`
