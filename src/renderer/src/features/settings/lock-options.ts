import type { SelectOption } from '../../ui/select.tsx'

const MINUTES = [5, 15, 30, 60, 240, 480]

/** `15 minutes`, `4 hours`; 0 is never. */
export function lockWords(minutes: number): string {
  if (minutes === 0) return 'Never'
  const [count, unit] = minutes % 60 === 0 ? [minutes / 60, 'hour'] : [minutes, 'minute']
  return `${count} ${unit}${count === 1 ? '' : 's'}`
}

/** The usual times and the one that is set, however unusual. */
export function lockOptions(set: number): SelectOption<string>[] {
  const times = [...new Set([...MINUTES, ...(set === 0 ? [] : [set])])].sort((a, b) => a - b)
  return [...times, 0].map((minutes) => ({ value: String(minutes), label: lockWords(minutes) }))
}
