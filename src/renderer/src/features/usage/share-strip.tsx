import { ChartLegend } from './chart-legend.tsx'
import type { UsageChartProps } from './usage-chart.tsx'

/** One day needs no axis: its parts side by side. */
export function ShareStrip({ stacks, days, measure }: UsageChartProps) {
  const total = stacks.reduce((sum, stack) => sum + stack.total, 0)
  return (
    <div>
      <div aria-hidden="true" className="flex h-6 gap-px overflow-hidden rounded-sm">
        {stacks.map((stack) => (
          <div
            key={stack.key ?? 'others'}
            className="min-w-0.5"
            style={{
              width: `${(stack.total / total) * 100}%`,
              backgroundColor: `var(--chart-${stack.colour})`,
            }}
          />
        ))}
      </div>
      <ChartLegend stacks={stacks} days={days} measure={measure} day={undefined} />
    </div>
  )
}
