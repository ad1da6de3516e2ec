import { BerthError } from '../errors.ts'
import type { Log } from '../log/log.ts'
import { isStale } from './custom-provider.ts'
import type { Catalog, DiscoveringProvider, DiscoveryOutcome, NamedModel } from './types.ts'

export interface DiscoveryDeps {
  readonly catalog: Pick<Catalog, 'discovering' | 'keepDiscovery'>
  /** Asks a provider's server. Throws a sentence. */
  readonly ask: (provider: DiscoveringProvider) => Promise<readonly NamedModel[]>
  readonly now: () => number
  /** Called after a question in the background changed what is shown; `models` says whether the list did. */
  readonly onChange: (provider: DiscoveringProvider, models: boolean) => void
  readonly log: Log
}

/** What an account of a provider would be asked with. */
export interface DiscoveryAccount {
  readonly id: string
  readonly providerId: string
  readonly active: boolean
  readonly preview: string
}

/** Asks the servers of custom providers which models they have: now, or once a day in the background. */
export interface Discovery {
  /**
   * Asks now, or joins the question under way. The outcome is kept either way; an unknown provider, or one that asks no
   * server, is left alone.
   */
  refresh(providerId: string): Promise<void>
  /** Starts asking, in the background, where the list is older than a day. What is known serves meanwhile. */
  refreshStale(): void
  /** Asks anew, in the background, where another key is used than before and the list is not known yet or not to be had. */
  accountsChanged(accounts: readonly DiscoveryAccount[]): void
  /** Resolves when no question is under way. */
  idle(): Promise<void>
  /** Answers that come later are dropped. */
  close(): void
}

/** A server that gave no list is not asked again by itself for this long (milliseconds). */
const RETRY_AFTER = 10 * 60_000

/** The key cannot be had just now; that says nothing about the server. */
const isClosedVault = (error: unknown): boolean =>
  error instanceof BerthError &&
  (error.code === 'vault_locked' || error.code === 'vault_damaged' || error.code === 'keychain_unavailable')

function usedKeys(accounts: readonly DiscoveryAccount[]): Map<string, string> {
  const active = accounts.filter((account) => account.active)
  return new Map(active.map(({ providerId, id, preview }) => [providerId, `${id} ${preview}`]))
}

export function createDiscovery(deps: DiscoveryDeps): Discovery {
  const { catalog, ask, now, log } = deps
  const underWay = new Map<string, Promise<void>>()
  const askedAt = new Map<string, number>()
  let keys = new Map<string, string>()
  let closed = false

  const keep = (provider: DiscoveringProvider, outcome: DiscoveryOutcome, quiet: boolean): void => {
    if (closed) return
    const { models, state } = catalog.keepDiscovery(provider.id, provider.baseUrl, outcome)
    if (!quiet && (models || state)) deps.onChange(provider, models)
  }
  const question = async (provider: DiscoveringProvider, quiet: boolean): Promise<void> => {
    try {
      const models = await ask(provider)
      askedAt.set(provider.id, now())
      keep(provider, { models }, quiet)
    } catch (error) {
      if (!(error instanceof BerthError)) throw error
      if (isClosedVault(error) && !quiet) return
      askedAt.set(provider.id, now())
      keep(provider, { problem: error.message }, quiet)
    }
  }
  /** One question at a time for a server; a provider that moved in between is asked at its new address. */
  const start = (provider: DiscoveringProvider, quiet: boolean): Promise<void> => {
    const place = `${provider.id} ${provider.baseUrl}`
    const running = underWay.get(place)
    if (running !== undefined) return running
    const asking = question(provider, quiet).finally(() => underWay.delete(place))
    underWay.set(place, asking)
    return asking
  }
  const startInBackground = (provider: DiscoveringProvider): void => {
    start(provider, false).catch((err) => log.error({ err }, 'asking for models failed unexpectedly'))
  }
  const isDue = ({ id, fetchedAt }: DiscoveringProvider): boolean =>
    isStale(fetchedAt, now()) &&
    Math.abs(now() - (askedAt.get(id) ?? Number.NEGATIVE_INFINITY)) >= RETRY_AFTER

  return {
    async refresh(providerId) {
      const provider = catalog.discovering().find(({ id }) => id === providerId)
      if (provider !== undefined) await start(provider, true)
    },
    refreshStale() {
      catalog.discovering().filter(isDue).forEach(startInBackground)
    },
    accountsChanged(accounts) {
      const before = keys
      keys = usedKeys(accounts)
      catalog
        .discovering()
        .filter(({ id }) => keys.get(id) !== before.get(id))
        .filter(({ fetchedAt, problem }) => fetchedAt === undefined || problem !== undefined)
        .forEach(startInBackground)
    },
    async idle() {
      await Promise.allSettled(underWay.values())
    },
    close() {
      closed = true
    },
  }
}
