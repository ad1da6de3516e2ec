import { cx } from '../lib/cx.ts'

const TONES = { plain: 'bg-accent', waiting: 'bg-waiting', trouble: 'bg-trouble' } as const

export interface MeterProps {
  readonly label: string
  /** 0 to 1. */
  readonly value: number
  readonly tone?: keyof typeof TONES
  readonly className?: string
}

/** How much of something is used. What it means stands beside it in words. */
export function Meter({ label, value, tone = 'plain', className }: MeterProps) {
  const percent = Math.round(Math.min(1, Math.max(0, value)) * 100)
  return (
    // biome-ignore lint/a11y/useSemanticElements: browsers draw <meter> in colours of their own
    <div
      role="meter"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
      className={cx('h-1.5 overflow-hidden rounded-full bg-hover', className)}
    >
      <div className={cx('h-full rounded-full', TONES[tone])} style={{ width: `${percent}%` }} />
    </div>
  )
}
