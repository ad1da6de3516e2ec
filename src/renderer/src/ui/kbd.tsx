import { cx } from '../lib/cx.ts'
import { spelled } from '../lib/keys.ts'

/** A combination of keys, spelled for this system. */
export function Kbd({ keys, inverted = false }: { readonly keys: string; readonly inverted?: boolean }) {
  return (
    <span className="inline-flex gap-0.5">
      {spelled(keys).map((key) => (
        <kbd
          key={key}
          className={cx(
            'min-w-4.5 rounded-xs border px-1 text-center font-sans text-[11px] leading-4',
            inverted ? 'border-bg/40 text-bg' : 'border-line bg-sunken text-muted',
          )}
        >
          {key}
        </kbd>
      ))}
    </span>
  )
}
