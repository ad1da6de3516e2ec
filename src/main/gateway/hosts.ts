import type { GatewayDeps } from './types.ts'

/** Which hosts are a provider's. Read from the catalog and the accounts once, and again when told or when in doubt. */
export interface HostDirectory {
  /** The providers a host belongs to; empty when it is nobody's. */
  providersOf(host: string): readonly string[]
  providerIds(): readonly string[]
  changed(): void
}

const NOBODY: readonly string[] = []
/** A host that is nobody's makes the directory look again, at most this often (milliseconds). */
const DOUBT_AFTER = 1000

export function createHostDirectory(
  deps: Pick<GatewayDeps, 'providerIds' | 'hosts'>,
  now: () => number,
): HostDirectory {
  let ids: readonly string[] = NOBODY
  let byHost = new Map<string, string[]>()
  let readAt = Number.NEGATIVE_INFINITY

  const read = (): void => {
    ids = deps.providerIds()
    byHost = new Map()
    for (const id of ids)
      for (const host of deps.hosts(id)) {
        const owners = byHost.get(host)
        if (owners) owners.push(id)
        else byHost.set(host, [id])
      }
    readAt = now()
  }

  return {
    providersOf(host) {
      const owners = byHost.get(host)
      if (owners && readAt !== Number.NEGATIVE_INFINITY) return owners
      if (Math.abs(now() - readAt) < DOUBT_AFTER) return NOBODY
      read()
      return byHost.get(host) ?? NOBODY
    },
    providerIds() {
      if (readAt === Number.NEGATIVE_INFINITY) read()
      return ids
    },
    changed() {
      readAt = Number.NEGATIVE_INFINITY
    },
  }
}
