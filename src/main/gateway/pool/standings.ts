import type { PoolOptions } from './options.ts'
import * as stand from './standing.ts'
import type { StandingStore } from './types.ts'

type Standing = stand.Standing

/** Whose standing is meant. */
export interface Whose {
  readonly accountId: string
  /** Of models; a limit is a family's. */
  readonly family: string
  /** Who asks: what an account may not do for one project it may well do for another. */
  readonly projectId: string
}

/** Every standing there is. Kept by the account's own id, so that an order changes nothing. */
export interface Standings {
  get(whose: Whose): Standing
  set(whose: Whose, standing: Standing): void
  /** By family, with what any project was refused. */
  of(accountId: string): Map<string, Standing>
  /** The user says that an account is to be tried now. */
  reset(accountId: string, family?: string): void
  forget(accountId: string): void
}

/** What a project was refused that others may be given. */
type Refusal = Required<Pick<Standing, 'cooling' | 'strikes'>> & Pick<Standing, 'probing'>

/** Families kept for an account. A client names the model, and may name any number of them. */
const MOST_FAMILIES = 100
const MOST_REFUSALS = 200

const keyOf = ({ family, projectId }: Whose): string => `${family}\0${projectId}`

/**
 * Whether what holds for all counts more than what one project was refused: it lasts longer, or is still to be probed when
 * the refusal is over, which one request does for all projects.
 */
const prevails = ({ cooling }: Standing, own: Refusal, now: number): boolean =>
  cooling !== undefined && (cooling.until > own.cooling.until || own.cooling.until <= now)

/** The family not heard of for longest; one that cools is kept while there are others. */
function oldestOf(families: ReadonlyMap<string, Standing>): string {
  const rank = ({ cooling, usedAt = 0 }: Standing): number =>
    cooling === undefined ? usedAt : usedAt + Number.MAX_SAFE_INTEGER / 2
  let oldest: readonly [string, number] = ['', Number.POSITIVE_INFINITY]
  for (const [family, standing] of families) if (rank(standing) < oldest[1]) oldest = [family, rank(standing)]
  return oldest[0]
}

/**
 * Makes them from what was kept. A refusal (403) counts for the project alone that met it, and is not kept over a restart:
 * a request can be such that it is refused with any account, and no project is to take accounts from the others so.
 */
export function createStandings(deps: {
  readonly options: () => PoolOptions
  readonly store: StandingStore
  readonly now: () => number
  readonly onChange: (accountId: string) => void
}): Standings {
  const { store, options, now, onChange } = deps
  const byAccount = new Map<string, Map<string, Standing>>()
  const refusals = new Map<string, Map<string, Refusal>>()
  const mapOf = <T>(from: Map<string, Map<string, T>>, accountId: string): Map<string, T> => {
    const known = from.get(accountId) ?? new Map<string, T>()
    from.set(accountId, known)
    return known
  }
  const sharedOf = (accountId: string, family: string): Standing =>
    byAccount.get(accountId)?.get(family) ?? stand.newStanding(options(), now())

  function save(accountId: string, family: string, standing: Standing): void {
    const families = mapOf(byAccount, accountId)
    if (families.size >= MOST_FAMILIES && !families.has(family)) {
      const oldest = oldestOf(families)
      families.delete(oldest)
      store.drop(accountId, oldest)
    }
    families.set(family, standing)
    store.save(accountId, family, standing)
    onChange(accountId)
  }

  /** The rest of what is known stays as it is, health too. */
  function refuse(whose: Whose, standing: Standing, cooling: stand.Cooling): void {
    const { cooling: _, probing, strikes, ...rest } = standing
    const { accountId, family } = whose
    const own = mapOf(refusals, accountId)
    // A new refusal ends the probe it came of; otherwise somebody else's probe goes on.
    const isKnown = own.get(keyOf(whose))?.cooling === cooling
    own.delete(keyOf(whose))
    own.set(keyOf(whose), { cooling, strikes, ...(probing === undefined ? {} : { probing }) })
    if (own.size > MOST_REFUSALS) own.delete(own.keys().next().value ?? '')
    const { cooling: shared, probing: probed, health, strikes: before } = sharedOf(accountId, family)
    save(accountId, family, {
      ...rest,
      health: Math.max(rest.health, health),
      strikes: before,
      ...(shared === undefined ? {} : { cooling: shared }),
      ...(probed === true && isKnown ? { probing: true as const } : {}),
    })
  }

  for (const { accountId, family, standing } of store.all()) mapOf(byAccount, accountId).set(family, standing)
  return {
    get(whose) {
      const shared = sharedOf(whose.accountId, whose.family)
      const own = refusals.get(whose.accountId)?.get(keyOf(whose))
      return own === undefined || prevails(shared, own, now()) ? shared : { ...shared, ...own }
    },
    set(whose, standing) {
      const { cooling } = standing
      if (cooling?.kind === 'forbidden') refuse(whose, standing, cooling)
      else {
        refusals.get(whose.accountId)?.delete(keyOf(whose))
        save(whose.accountId, whose.family, standing)
      }
    },
    of(accountId) {
      const all = new Map(byAccount.get(accountId))
      for (const [key, own] of refusals.get(accountId) ?? []) {
        const family = key.slice(0, key.indexOf('\0'))
        const shared = sharedOf(accountId, family)
        if (!((shared.cooling?.until ?? 0) > now())) all.set(family, { ...shared, cooling: own.cooling })
      }
      return all
    },
    reset(accountId, family) {
      const own = refusals.get(accountId)
      for (const key of own?.keys() ?? [])
        if (family === undefined || key.startsWith(`${family}\0`)) own?.delete(key)
      for (const [name, standing] of byAccount.get(accountId) ?? [])
        if (family === undefined || name === family)
          save(accountId, name, stand.reset(standing, options(), now()))
    },
    forget(accountId) {
      byAccount.delete(accountId)
      refusals.delete(accountId)
    },
  }
}
