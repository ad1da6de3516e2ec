import { POOL_DEFAULTS } from '../../../src/main/gateway/pool/options.ts'
import { POOL_NUMBER_NAMES, POOL_NUMBER_WORDS, type PoolNumber } from '../../../src/preload/pool-numbers.ts'
import type { Handlers, TwinCore } from './twin.ts'

const groups = new Map<string, unknown>(Object.entries(POOL_DEFAULTS))

function standardOf(name: string): number | number[] {
  const [group = '', key] = name.split('.')
  const found = groups.get(group)
  const value = key === undefined ? found : new Map<string, unknown>(Object.entries(found ?? {})).get(key)
  return Array.isArray(value) ? value : Number(value)
}

/** The numbers of pools: one that is fixed, one that is the user's, the rest Berth's own. */
export function createNumberHandlers({
  emit,
  fail,
}: TwinCore): Pick<Handlers, 'pools.numbers' | 'pools.setNumbers'> {
  let numbers: PoolNumber[] = POOL_NUMBER_NAMES.map((name) => ({
    name,
    value: name === 'wait' ? 10_000 : name === 'health.usableFrom' ? 40 : standardOf(name),
    standard: standardOf(name),
    variable: `BERTH_POOL_${name.replace('.', '_').toUpperCase()}`,
    fixed: name === 'wait',
  }))
  return {
    'pools.numbers': () => numbers,
    'pools.setNumbers': ({ numbers: change }) => {
      for (const [name, value] of Object.entries(change)) {
        const best = numbers.find((one) => one.name === 'health.max')?.value
        if (name === 'health.start' && Number(value) > Number(best))
          fail(
            'bad_request',
            `“${POOL_NUMBER_WORDS[name]}” (${name}) cannot be ${value}: it would be above “${POOL_NUMBER_WORDS['health.max']}” (health.max), ${best}.`,
          )
      }
      numbers = numbers.map((one) => {
        const value = change[one.name]
        return value === undefined ? one : { ...one, value: value ?? one.standard }
      })
      emit({ name: 'poolNumbers.changed', payload: numbers })
      return numbers
    },
  }
}
