import { Check, Minus } from 'lucide-react'
import { useId } from 'react'
import type { AuthMethod } from '../../../../preload/shapes.ts'
import { cx } from '../../lib/cx.ts'

const ICON = { size: 14, strokeWidth: 2, 'aria-hidden': true } as const

/** The ways to sign in to a provider; those that Berth cannot use are listed, and say so. */
export function MethodList({ methods }: { readonly methods: readonly AuthMethod[] }) {
  const id = useId()
  return (
    <section aria-labelledby={id} className="mb-4">
      <h3 id={id} className="mb-1 font-medium">
        Ways to sign in
      </h3>
      <ul className="space-y-0.5">
        {methods.map(({ type, label }) => (
          <li
            key={`${type}${label}`}
            className={cx('flex items-center gap-2', type !== 'api' && 'text-muted')}
          >
            {type === 'api' ? <Check {...ICON} className="text-accent" /> : <Minus {...ICON} />}
            <span>
              {label}
              {type !== 'api' && <span className="text-sm"> · Berth takes API keys so far</span>}
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}
