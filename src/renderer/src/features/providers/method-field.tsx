import { Radio } from '@base-ui/react/radio'
import { RadioGroup } from '@base-ui/react/radio-group'
import { useId } from 'react'
import type { AuthMethod } from '../../../../preload/shapes.ts'
import { cx } from '../../lib/cx.ts'

/** The ways to sign in to a provider; those that Berth cannot use are listed, and say so. */
export function MethodField({ methods }: { readonly methods: readonly AuthMethod[] }) {
  const id = useId()
  const chosen = methods.find((method) => method.type === 'api')
  return (
    <div className="mb-4">
      <div id={id} className="mb-1 font-medium">
        Sign in with
      </div>
      <RadioGroup aria-labelledby={id} value={chosen?.label ?? ''} className="space-y-1">
        {methods.map((method) => (
          <Method key={`${method.type}${method.label}`} method={method} />
        ))}
      </RadioGroup>
    </div>
  )
}

function Method({ method }: { readonly method: AuthMethod }) {
  const id = useId()
  const usable = method.type === 'api'
  return (
    <div className={cx('flex items-center gap-2', !usable && 'text-muted')}>
      <Radio.Root
        value={method.label}
        aria-labelledby={id}
        disabled={!usable}
        className="flex size-4 shrink-0 items-center justify-center rounded-full border border-line-strong bg-raised data-checked:border-accent data-checked:bg-accent data-disabled:border-line data-disabled:bg-sunken"
      >
        <Radio.Indicator className="size-1.5 rounded-full bg-accent-text" />
      </Radio.Root>
      <span id={id}>
        {method.label}
        {!usable && <span className="text-sm"> · Berth takes API keys so far</span>}
      </span>
    </div>
  )
}
