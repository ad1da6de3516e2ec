import { type KeyboardEvent, useEffect, useRef, useState } from 'react'
import { useUi } from '../../context.ts'
import { useMedia, useStable } from '../../lib/hooks.ts'
import { drawBars } from './bar-chart.ts'
import { ChartLegend } from './chart-legend.tsx'
import { dayLabel, type Measure } from './usage-range.ts'
import type { Stack } from './usage-stacks.ts'
import { dayWords } from './usage-words.ts'

export interface UsageChartProps {
  readonly stacks: readonly Stack[]
  readonly days: readonly string[]
  readonly measure: Measure
}

/** A bar for each day. Pointing at one, or the arrow keys, show that day's numbers; the table has all of them. */
export function UsageChart({ stacks, days, measure }: UsageChartProps) {
  const [day, setDay] = useState<number>()
  const shown = day !== undefined && day < days.length ? day : undefined
  const box = useDrawing({ stacks, days, measure }, setDay)
  const last = days.length - 1
  const onKeyDown = (event: KeyboardEvent) => {
    const next = { ArrowLeft: (day ?? days.length) - 1, ArrowRight: (day ?? -1) + 1, Home: 0, End: last }[
      event.key
    ]
    if (event.key === 'Escape') setDay(undefined)
    if (next === undefined) return
    event.preventDefault()
    setDay(Math.min(last, Math.max(0, next)))
  }
  const words = dayWords(dayLabel(days[shown ?? last] ?? ''), shown ?? last, stacks, measure)
  return (
    <div>
      <div
        role="slider"
        tabIndex={0}
        aria-label={`Day shown of the chart of ${measure}; the table below has every number`}
        aria-valuemin={0}
        aria-valuemax={last}
        aria-valuenow={shown ?? last}
        aria-valuetext={words}
        onKeyDown={onKeyDown}
        onBlur={() => setDay(undefined)}
        onPointerLeave={() => setDay(undefined)}
        className="relative h-56 w-full rounded-sm"
      >
        <div ref={box} className="absolute inset-0" />
        {shown !== undefined && <DayMark index={shown} count={days.length} />}
      </div>
      <ChartLegend stacks={stacks} measure={measure} days={days} day={shown} />
    </div>
  )
}

/** Which bar the numbers are of. Its place is that of the drawing: an axis to the left, a little room to the right. */
function DayMark({ index, count }: { readonly index: number; readonly count: number }) {
  const share = (value: number) => (value / (count + 0.2)) * 100
  return (
    <div aria-hidden="true" className="pointer-events-none absolute top-2.5 right-2 bottom-6.5 left-14.5">
      <div
        className="absolute inset-y-0 rounded-xs bg-fg/8"
        style={{ left: `${share(index + 0.1)}%`, width: `${share(1)}%` }}
      />
    </div>
  )
}

/** Keeps a drawing in the box: anew with other data or another theme, resized with the box. */
function useDrawing({ stacks, days, measure }: UsageChartProps, setDay: (day: number) => void) {
  const box = useRef<HTMLDivElement>(null)
  const theme = useUi((state) => state.theme)
  const dark = useMedia('(prefers-color-scheme: dark)')
  const onDay = useStable(setDay)
  // biome-ignore lint/correctness/useExhaustiveDependencies: the theme is in the colours that are read from the page
  useEffect(() => {
    const element = box.current
    if (element === null) return
    const plot = drawBars(element, { stacks, days, measure, onDay })
    const watcher = new ResizeObserver(() =>
      plot.setSize({ width: element.clientWidth, height: element.clientHeight }),
    )
    watcher.observe(element)
    return () => {
      watcher.disconnect()
      plot.destroy()
    }
  }, [stacks, days, measure, onDay, theme, dark])
  return box
}
