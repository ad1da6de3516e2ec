import type { PoolNumber, PoolNumberName, PoolNumberValue } from '../../../../preload/pool-numbers.ts'

/** Numbers of pools as people write them: times as `30 s`, sizes as `32 MiB`, the rest as they are. */

export interface NumberGroup {
  readonly title: string
  /** What these numbers are for. */
  readonly lead: string
  readonly names: readonly PoolNumberName[]
}

export const numberGroups: readonly NumberGroup[] = [
  {
    title: 'Health',
    lead: 'Of an account with one family of models. Below the least it serves only when no other can.',
    names: [
      'health.start',
      'health.usableFrom',
      'health.max',
      'health.success',
      'health.rateLimit',
      'health.failure',
      'health.perHour',
    ],
  },
  {
    title: 'Bucket',
    lead: 'Each request takes one out; it is given back when nothing was sent.',
    names: ['tokens.max', 'tokens.perMinute'],
  },
  {
    title: 'By health and room',
    lead: 'What the strategy of this name adds up for each account.',
    names: [
      'score.health',
      'score.tokens',
      'score.idlePerSecond',
      'score.maxIdleSeconds',
      'score.current',
      'score.margin',
    ],
  },
  {
    title: 'Rests',
    lead: 'How long a limited account is left alone where the vendor does not say.',
    names: ['cooldown.auth', 'cooldown.rate', 'cooldown.quota', 'cooldown.cap', 'cooldown.resetCap'],
  },
  {
    title: 'One request',
    lead: 'What it waits for, and how large it may be to be sent again.',
    names: ['pace', 'wait', 'keepBytes'],
  },
]

type Unit = 'plain' | 'time' | 'size'

const unitOf = (name: PoolNumberName): Unit =>
  name === 'keepBytes'
    ? 'size'
    : name === 'pace' || name === 'wait' || name.startsWith('cooldown.')
      ? 'time'
      : 'plain'

const SCALES: Readonly<Record<Unit, readonly (readonly [unit: string, factor: number])[]>> = {
  plain: [],
  time: [
    ['h', 3_600_000],
    ['min', 60_000],
    ['s', 1000],
    ['ms', 1],
  ],
  size: [
    ['MiB', 1024 * 1024],
    ['KiB', 1024],
    ['B', 1],
  ],
}

/** In the largest unit that leaves no fraction. */
function one(value: number, unit: Unit): string {
  const scale = SCALES[unit]
  const [name, factor] = scale.find(([, by]) => value !== 0 && value % by === 0) ?? scale.at(-1) ?? ['', 1]
  if (value === 0 && unit === 'time') return '0 s'
  return name === '' ? String(value) : `${value / factor} ${name}`
}

/** `30 s`, `1 min, 5 min`, `32 MiB`, `70`. */
export function numberWords(name: PoolNumberName, value: PoolNumberValue): string {
  const unit = unitOf(name)
  return (Array.isArray(value) ? value : [value]).map((each) => one(each, unit)).join(', ')
}

const EXAMPLES: Readonly<Record<Unit, string>> = {
  plain: 'a number',
  time: 'a time such as 30 s, 5 min or 2 h',
  size: 'a size such as 32 MiB',
}

/** Other ways people write the units. */
const ALSO: Readonly<Record<string, string>> = {
  sec: 's',
  m: 'min',
  hour: 'h',
  hours: 'h',
  mb: 'mib',
  kb: 'kib',
}

function parseOne(typed: string, unit: Unit): number | undefined {
  const found = /^([+\-−]?\d+(?:[.,]\d+)?|[.,]\d+)\s*([a-z]*)$/i.exec(typed.trim())
  if (found === null) return undefined
  const value = Number((found[1] ?? '').replace(',', '.').replace('−', '-'))
  const word = (found[2] ?? '').toLowerCase()
  const wanted = ALSO[word] ?? word
  if (unit === 'plain') return wanted === '' ? value : undefined
  // Nothing needs no unit; whatever else could be seconds as well as milliseconds.
  if (wanted === '' && value === 0) return 0
  const factor = SCALES[unit].find(([name]) => name.toLowerCase() === wanted)?.[1]
  return factor === undefined ? undefined : Math.round(value * factor)
}

export type Typed = { readonly value: PoolNumberValue } | { readonly problem: string }

/** What was typed for a number, or a sentence that says how it is written. */
export function parseNumber({ name, standard }: Pick<PoolNumber, 'name' | 'standard'>, typed: string): Typed {
  const unit = unitOf(name)
  const isList = Array.isArray(standard)
  const parts = isList ? typed.split(/[,;]\s+|[,;](?=\d+\s*[a-z])/i) : [typed]
  const values = parts.map((part) => parseOne(part, unit))
  const [first] = values
  const whole = values.filter((value) => value !== undefined)
  if (first === undefined || whole.length !== values.length) {
    const wanted = isList ? 'times with commas between them, such as 1 min, 5 min' : EXAMPLES[unit]
    return { problem: typed.trim() === '' ? `Write ${wanted}.` : `“${typed.trim()}” is not ${wanted}.` }
  }
  return { value: isList ? whole : first }
}

/** Whether it is Berth's own number. */
export const isStandard = ({ value, standard }: PoolNumber): boolean => String(value) === String(standard)

/** `2 changed, 1 fixed by a variable`; undefined where all are Berth's own. */
export function changedWords(numbers: readonly PoolNumber[]): string | undefined {
  const fixed = numbers.filter((number) => number.fixed).length
  const changed = numbers.filter((number) => !number.fixed && !isStandard(number)).length
  const words = [
    ...(changed === 0 ? [] : [`${changed} changed`]),
    ...(fixed === 0 ? [] : [`${fixed} fixed by ${fixed === 1 ? 'a variable' : 'variables'}`]),
  ]
  return words.length === 0 ? undefined : words.join(', ')
}
