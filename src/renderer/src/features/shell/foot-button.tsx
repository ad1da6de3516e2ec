import type { Waypoints } from 'lucide-react'
import type { ReactNode } from 'react'
import { useStatus } from '../../context.ts'
import { cx } from '../../lib/cx.ts'
import { Button, type ButtonProps } from '../../ui/button.tsx'
import { Popover } from '../../ui/popover.tsx'
import { Dot, StateDot, type StateTone } from '../../ui/state-dot.tsx'
import { showFailure } from './notices.ts'

export interface FootButtonProps {
  readonly collapsed: boolean
  readonly icon: typeof Waypoints
  readonly name: string
  readonly tone: StateTone
  readonly moving?: boolean
  /** The state in a word or two, after the name. */
  readonly word: string
  readonly facts: readonly (readonly [name: string, value: string])[]
  readonly children: ReactNode
}

/** A state at the foot of the rail; it opens to its story. */
export function FootButton(props: FootButtonProps) {
  const { collapsed, name, tone, moving, word } = props
  const trigger = (
    <button
      type="button"
      aria-label={collapsed ? `${name}: ${word}` : undefined}
      className={cx(
        'flex h-7 w-full items-center gap-2 rounded-sm text-sm text-muted hover:bg-hover hover:text-fg data-popup-open:bg-hover',
        collapsed ? 'justify-center' : 'px-2',
      )}
    >
      {collapsed ? (
        <SmallMark {...props} />
      ) : (
        <>
          <Dot tone={tone} moving={moving} />
          <span className="text-fg">{name}</span>
          <span className="min-w-0 flex-1 truncate text-left">{word}</span>
        </>
      )}
    </button>
  )
  return (
    <Popover trigger={trigger} side="right" align="end" title={name} width="w-88">
      <Story {...props} />
    </Popover>
  )
}

function SmallMark({ icon: Icon, name, word, tone, moving }: FootButtonProps) {
  return (
    <span className="relative" title={`${name}: ${word}`}>
      <Icon size={16} strokeWidth={1.75} aria-hidden="true" />
      <span className="absolute -right-1 -bottom-0.5 flex rounded-full ring-2 ring-sunken">
        <Dot tone={tone} moving={moving} />
      </span>
    </span>
  )
}

function Story({ tone, word, moving, facts, children }: FootButtonProps) {
  return (
    <div className="space-y-3">
      <StateDot tone={tone} word={word} moving={moving} />
      <div>{children}</div>
      {facts.length > 0 && (
        <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1">
          {facts.map(([label, value]) => (
            <div key={`${label}${value}`} className="contents">
              <dt className="text-muted">{label}</dt>
              <dd className="font-mono text-code break-all">{value}</dd>
            </div>
          ))}
        </dl>
      )}
      <RecheckButton />
    </div>
  )
}

/** Tries again whatever is not ready. */
export function RecheckButton({ size = 'sm' }: Pick<ButtonProps, 'size'>) {
  const recheck = useStatus((state) => state.recheck)
  const rechecking = useStatus((state) => state.rechecking)
  const check = async () => {
    const answer = await recheck()
    if (!answer.ok) showFailure(answer.error)
  }
  return (
    <Button size={size} busy={rechecking} onClick={() => void check()}>
      Check again
    </Button>
  )
}
