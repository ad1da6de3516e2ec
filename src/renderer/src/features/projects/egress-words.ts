import { type EgressDestination, OLDER_HOSTS } from '../../../../preload/egress.ts'
import type { EgressPolicy } from '../../../../preload/egress-policy.ts'
import { bytes, plural } from '../../lib/format.ts'

export const policies: readonly {
  readonly value: EgressPolicy
  readonly title: string
  readonly text: string
}[] = [
  {
    value: 'open',
    title: 'Anywhere',
    text: 'The agent and its tools reach any host. What they send there is not read, only counted.',
  },
  {
    value: 'listed',
    title: 'Hosts on the list',
    text: 'Git hosts, package registries and what you add. Anything else is refused, and shown under Network.',
  },
  {
    value: 'gateway-only',
    title: 'Providers only',
    text: 'Models answer; nothing else is reached. Installing packages and cloning fail.',
  },
]

/** What a narrower policy cannot do. Containers are on the engine's own network. */
export const AROUND = 'A program that ignores the proxy Berth sets is not held by this.'

/** A destination as people read it. */
export const hostName = (host: string): string => (host === OLDER_HOSTS ? 'Other hosts, longer ago' : host)

/** `86 connections · 410 kB out, 92.4 MB in · 3 refused`, broken between its parts only. */
export function destinationLine(destination: EgressDestination): string {
  const { connections, refused, bytesOut, bytesIn } = destination
  const parts: string[] = []
  if (connections > 0)
    parts.push(plural(connections, 'connection'), `${bytes(bytesOut)} out, ${bytes(bytesIn)} in`)
  if (refused > 0) parts.push(`${refused} refused`)
  return parts.map((part) => part.replaceAll(' ', '\u00a0')).join(' · ')
}

/** Whether letting it through would change anything: it was refused, and is not on the list yet. */
export const canAllow = ({ host, kind, listed, refused }: EgressDestination, policy: EgressPolicy): boolean =>
  policy === 'listed' && kind === 'other' && host !== OLDER_HOSTS && !listed && refused > 0

/** Whether it was never reached, and nothing was done about that since. */
export const isKeptOut = ({ refused, connections, listed }: EgressDestination): boolean =>
  refused > 0 && connections === 0 && !listed

/** What is refused stands first, for somebody should decide; then the newest. */
export function sortDestinations(
  all: readonly EgressDestination[],
  policy: EgressPolicy,
): EgressDestination[] {
  return all.toSorted(
    (a, b) => Number(canAllow(b, policy)) - Number(canAllow(a, policy)) || b.lastAt - a.lastAt,
  )
}
