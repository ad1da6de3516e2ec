import { type EgressDestination, OLDER_HOSTS } from '../../../../preload/egress.ts'
import type { EgressPolicy } from '../../../../preload/egress-policy.ts'
import type { Project, RuntimeKind } from '../../../../preload/shapes.ts'
import { bytes, plural } from '../../lib/format.ts'
import { isUp } from './project-states.ts'

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
    text: 'Git hosts, package registries and what you add. The gateway refuses anything else, and shows it under Network.',
  },
  {
    value: 'gateway-only',
    title: 'Providers only',
    text: 'Models answer; the gateway refuses everything else. Installing packages and cloning fail.',
  },
]

/**
 * Whether a narrower policy holds for programs that ignore the proxy. `confines` is what the engine says of itself;
 * undefined while no engine answers.
 */
export function aroundWords(runtime: RuntimeKind, confines: boolean | undefined): string {
  if (runtime === 'process')
    return 'Without a container, a program that ignores the proxy Berth sets is not held by this.'
  if (confines === undefined)
    return 'A program that ignores the proxy Berth sets is held by this only with Docker Engine on this Linux machine.'
  return confines
    ? "A program that ignores the proxy Berth sets, such as ssh, reaches no host from the project's next start."
    : 'On this engine, a program that ignores the proxy Berth sets is not held by this.'
}

/** What a project does until its next start, after its policy was changed; undefined where nothing waits for one. */
export function dueWords(
  { runtime, state, egress, serverEgress }: Project,
  confines: boolean | undefined,
): string | undefined {
  const wasOpen = (serverEgress ?? 'open') === 'open'
  if (runtime !== 'docker' || confines !== true || !isUp(state) || wasOpen === (egress === 'open'))
    return undefined
  return wasOpen
    ? 'Until it is restarted, programs that ignore the proxy Berth sets still reach any host.'
    : 'Until it is restarted, programs that ignore the proxy Berth sets still reach no host.'
}

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
