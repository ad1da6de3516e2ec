import type { Pool } from '../../preload/pools.ts'
import type { Budget } from '../../preload/usage.ts'
import { limitText } from '../usage/words.ts'
import type { Note, Recorded } from './audit-recorded.ts'
import { type Act, accountIn, projectIn, type World } from './audit-world.ts'

type Own = Extract<Recorded, `${'pools' | 'budgets' | 'egress'}.${string}`>

type Settings = Pick<Pool, 'strategy' | 'rotate'>
type Limited = Pick<Budget, 'scope' | 'targetId' | 'unit' | 'limit' | 'period'>

/** How a pool shares its requests, in words. */
const poolText = ({ strategy, rotate }: Settings): string =>
  rotate
    ? `Accounts take over from each other, ${strategy}.`
    : 'One account serves; the others do not take over.'

const targetOf = (world: World, { scope, targetId }: Limited) =>
  scope === 'project' ? projectIn(world, targetId) : accountIn(world, targetId)

const sameLimit = (one: Limited, other: Limited): boolean =>
  one.scope === other.scope &&
  one.targetId === other.targetId &&
  one.unit === other.unit &&
  one.period === other.period

/** What is done with pools, budgets and the list of hosts. */
export const gatewayNotes: { readonly [M in Own]: Note<M> } = {
  'pools.update': ({ output, before }): Act[] => {
    const { providerId } = output
    const old = before.pools.get(providerId)
    const same = old !== undefined && old.strategy === output.strategy && old.rotate === output.rotate
    return same ? [] : [{ action: 'pool.changed', providerId, detail: poolText(output) }]
  },
  'pools.reset': ({ input, before }) => [
    {
      action: 'pool.reset',
      ...accountIn(before, input.accountId),
      ...(input.family === undefined
        ? {}
        : { detail: `For ${input.family || 'models that are not known'}.` }),
    },
  ],
  'pools.setNumbers': ({ before, after }) => {
    const told = [...after.poolNumbers].flatMap(([name, value]) => {
      const was = before.poolNumbers.get(name)
      return was === value ? [] : `${name} is ${value} and was ${was}`
    })
    return told.length === 0 ? [] : [{ action: 'settings.changed', detail: `Pools: ${told.join('; ')}.` }]
  },
  'budgets.set': ({ input, before }) => {
    const old = before.budgets.find((one) => sameLimit(one, input))
    if (old?.limit === input.limit) return []
    const was = old === undefined ? '' : ` It was ${limitText(old)}.`
    return [{ action: 'budget.set', ...targetOf(before, input), detail: `${limitText(input)}.${was}` }]
  },
  'budgets.remove': ({ input, before }) => {
    const old = before.budgets.find(({ id }) => id === input.id)
    return old === undefined
      ? []
      : [{ action: 'budget.removed', ...targetOf(before, old), detail: `It was ${limitText(old)}.` }]
  },
  'egress.allow': ({ input }) => [
    {
      action: 'egress.allowed',
      detail: input.purpose === '' ? input.host : `${input.host}: ${input.purpose}`,
    },
  ],
  'egress.disallow': ({ input }) => [{ action: 'egress.disallowed', detail: input.host }],
}
