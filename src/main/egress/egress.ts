import type { EgressRule } from '../../preload/egress.ts'
import type { Database } from '../db/database.ts'
import { BerthError } from '../errors.ts'
import type { Log } from '../log/log.ts'
import { createEgressRepo } from './egress-repo.ts'
import { GIT_HOSTS } from './git-hosts.ts'
import { covers, placeOf, plainHost, plainRule } from './names.ts'
import { createTally } from './tally.ts'
import type { Egress, EgressDeps, KnownHost } from './types.ts'

function need(rule: string | undefined, text: string): string {
  if (rule !== undefined) return rule
  throw new BerthError(
    'bad_request',
    `${text.slice(0, 100)} is no host name. Write a name such as git.example.com, *.example.com for everything below it, or git.example.com:22 for another port than the web's.`,
  )
}

/** Own rules win over those of the same name that come with Berth; of those, the first. */
function listed(own: readonly KnownHost[], builtIn: readonly KnownHost[]): EgressRule[] {
  const byHost = new Map<string, EgressRule>()
  for (const { host, purpose } of own) byHost.set(host, { host, purpose, own: true })
  for (const { host, purpose } of builtIn.toSorted((a, b) => (a.host < b.host ? -1 : 1)))
    if (!byHost.has(host)) byHost.set(host, { host, purpose, own: false })
  return [...byHost.values()]
}

const isListed = (place: string, known: readonly KnownHost[]): boolean =>
  known.some((rule) => covers(rule.host, place))

/** What this machine's package managers fetch from, asked once. Names that are none are left out. */
function createBuiltIn({ registries }: EgressDeps, log: Log) {
  let known: readonly KnownHost[] = GIT_HOSTS
  let asked: Promise<void> | undefined
  async function ask(): Promise<void> {
    try {
      const found = (await registries()).flatMap(({ host, purpose }) => {
        const plain = plainRule(host)
        return plain === undefined ? [] : [{ host: plain, purpose }]
      })
      known = [...GIT_HOSTS, ...found]
    } catch (err) {
      log.warn({ err }, "the package managers' registries could not be read")
    }
  }
  return {
    now: () => known,
    async complete(): Promise<readonly KnownHost[]> {
      asked ??= ask()
      await asked
      return known
    },
  }
}

export function createEgress(deps: EgressDeps & { readonly db: Database; readonly log: Log }): Egress {
  const { policyOf, projectName, isProvider, onRules, onDestinations, now, log } = deps
  const repo = createEgressRepo(deps.db)
  const builtIn = createBuiltIn(deps, log)
  const tally = createTally({ repo, log, now, onChange: onDestinations })
  const rules = async () => listed(repo.rules(), await builtIn.complete())
  /** As it is counted: what is no name is kept as it was asked for. */
  const counted = (host: string, port = 443): string => placeOf(plainHost(host) ?? host, port)

  return {
    rules,
    async allow(text, purpose) {
      const host = need(plainRule(text), text)
      repo.allow({ host, purpose })
      return rules()
    },
    async disallow(text) {
      const host = plainRule(text) ?? text
      if (repo.disallow(host)) {
        onRules()
        return rules()
      }
      if ((await builtIn.complete()).some((rule) => rule.host === host))
        throw new BerthError('bad_request', `${host} comes with Berth and stays on the list.`)
      throw new BerthError('not_found', `${host.slice(0, 100)} is not on the list.`)
    },
    async refusal(projectId, host, port) {
      const policy = policyOf(projectId)
      if (policy === 'open') return undefined
      const name = projectName(projectId)
      const place = counted(host, port)
      if (policy === 'gateway-only')
        return `${name} may reach its providers only, so Berth opened no connection to ${place}. Change where it may go in its settings.`
      const isName = plainHost(host) !== undefined
      if (isName && isListed(place, [...repo.rules(), ...builtIn.now()])) return undefined
      // The first time takes a while, in which the policy may have changed.
      if (isName && isListed(place, await builtIn.complete()) && policyOf(projectId) === 'listed')
        return undefined
      return `${place} is not on the list of hosts that ${name} may reach. Allow it in Berth, in the project's Network tab.`
    },
    refused: (projectId, host, port) => tally.refused(projectId, counted(host, port)),
    opened: (projectId, host, moved, port) => tally.opened(projectId, counted(host, port), moved),
    async destinations(projectId) {
      const known = await rules()
      return [...tally.counts(projectId)]
        .map(([host, count]) => ({
          host,
          // With a port it is no provider's: it was not read there.
          kind: isProvider(host) ? ('provider' as const) : ('other' as const),
          ...count,
          listed: isListed(host, known),
        }))
        .sort((a, b) => b.lastAt - a.lastAt)
    },
    close: tally.close,
  }
}
