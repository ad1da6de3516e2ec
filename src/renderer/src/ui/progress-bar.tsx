export interface ProgressBarProps {
  readonly label: string
  /** 0 to 1; absent while the end is not known. */
  readonly value?: number | undefined
}

export function ProgressBar({ label, value }: ProgressBarProps) {
  const percent = value === undefined ? undefined : Math.round(Math.min(1, Math.max(0, value)) * 100)
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
      className="h-1 overflow-hidden rounded-full bg-hover"
    >
      {percent === undefined ? (
        <div className="slide h-full w-1/3 rounded-full bg-busy" />
      ) : (
        <div
          className="h-full rounded-full bg-busy transition-[width] duration-150 ease-out"
          style={{ width: `${percent}%` }}
        />
      )}
    </div>
  )
}
