import { dayLabel, type Measure } from './usage-range.ts'
import type { Stack } from './usage-stacks.ts'
import { amount } from './usage-words.ts'

export interface ChartLegendProps {
  readonly stacks: readonly Stack[]
  readonly measure: Measure
  readonly days: readonly string[]
  /** The day the numbers are of; absent for all of them. */
  readonly day: number | undefined
}

/** Which colour is what, and how much of it: in all, or on one day. */
export function ChartLegend({ stacks, measure, days, day }: ChartLegendProps) {
  const of = (stack: Stack) => (day === undefined ? stack.total : (stack.values[day] ?? 0))
  const total = stacks.reduce((sum, stack) => sum + of(stack), 0)
  const when = day === undefined ? 'In all' : dayLabel(days[day] ?? '')
  return (
    <div className="mt-2 flex flex-wrap items-baseline gap-x-4 gap-y-1 text-sm">
      <span className="min-w-28">
        <span className="text-muted">{when}</span>{' '}
        <span className="font-medium">{amount(total, measure)}</span>
      </span>
      {stacks.map((stack) => (
        <span key={stack.key ?? 'others'} className="flex min-w-0 items-baseline gap-1.5">
          <Swatch colour={stack.colour} />
          <span className="truncate text-muted">{stack.label}</span>
          <span>{amount(of(stack), measure)}</span>
        </span>
      ))}
    </div>
  )
}

export function Swatch({ colour }: { readonly colour: number }) {
  return (
    <span
      aria-hidden="true"
      className="size-2.5 shrink-0 rounded-[3px]"
      style={{ backgroundColor: `var(--chart-${colour})` }}
    />
  )
}
