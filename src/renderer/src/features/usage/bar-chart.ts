import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { dayLabel, type Measure } from './usage-range.ts'
import { heightsOf, type Stack } from './usage-stacks.ts'
import { amount } from './usage-words.ts'

export interface BarChartInput {
  readonly stacks: readonly Stack[]
  readonly days: readonly string[]
  readonly measure: Measure
  /** The pointer is at this day. */
  readonly onDay: (index: number) => void
}

/** A canvas knows no CSS variables: the colour a variable has here and now. */
function colourOf(box: HTMLElement, name: string): string {
  const probe = document.createElement('span')
  probe.style.color = `var(${name})`
  box.append(probe)
  const { color } = getComputedStyle(probe)
  probe.remove()
  return color
}

const FONT = '11px system-ui, sans-serif'

function axes(box: HTMLElement, { days, measure }: BarChartInput): uPlot.Axis[] {
  const muted = colourOf(box, '--text-muted')
  const line = colourOf(box, '--border')
  return [
    {
      stroke: muted,
      font: FONT,
      grid: { show: false },
      ticks: { show: false },
      gap: 4,
      size: 26,
      incrs: [1, 2, 5, 7, 10],
      space: 64,
      splits: (_plot, _axis, _min, _max, step) =>
        days.flatMap((_day, index) => ((days.length - 1 - index) % Math.max(1, step) === 0 ? [index] : [])),
      values: (_plot, splits) =>
        splits.map((index) => (days[index] === undefined ? '' : dayLabel(days[index], days.length <= 7))),
    },
    {
      stroke: muted,
      font: FONT,
      grid: { stroke: line, width: 1 },
      ticks: { show: false },
      gap: 6,
      size: 58,
      space: 44,
      values: (_plot, splits) => splits.map((value) => amount(value, measure).replace(/\.00$/, '')),
    },
  ]
}

function series(box: HTMLElement, order: readonly Stack[]): uPlot.Series[] {
  const bars = uPlot.paths.bars?.({ size: [0.68, 56] })
  const edge = colourOf(box, '--bg-raised')
  return order.map(({ label, colour }) => ({
    label,
    fill: colourOf(box, `--chart-${colour}`),
    stroke: edge,
    width: 1,
    points: { show: false },
    ...(bars === undefined ? {} : { paths: bars }),
  }))
}

/** Draws stacked bars, one for each day, into the box. */
export function drawBars(box: HTMLElement, input: BarChartInput): uPlot {
  const { stacks, days, onDay } = input
  const { heights, order } = heightsOf(stacks, days.length)
  const options: uPlot.Options = {
    width: box.clientWidth,
    height: box.clientHeight,
    padding: [10, 8, 0, 0],
    legend: { show: false },
    scales: {
      x: { time: false, range: [-0.6, days.length - 0.4] },
      y: { range: (_plot, _min, max) => [0, max <= 0 ? 1 : max * 1.08] },
    },
    axes: axes(box, input),
    series: [{}, ...series(box, order)],
    cursor: { x: false, y: false, drag: { x: false, y: false }, points: { show: false } },
    hooks: {
      // A drawing that is made anew has no pointer yet, and takes no day away from the keys.
      setCursor: [({ cursor: { idx } }) => idx != null && onDay(idx)],
    },
  }
  // A bar of no height would still have an edge, and take a piece out of the axis.
  const drawn = heights.map((values) => values.map((value) => (value === 0 ? null : value)))
  return new uPlot(options, [days.map((_, index) => index), ...drawn], box)
}
