import { cx } from '../lib/cx.ts'

export type StateTone = 'ok' | 'busy' | 'waiting' | 'trouble' | 'rest'

const COLOURS: Readonly<Record<StateTone, string>> = {
  ok: 'bg-ok',
  busy: 'bg-busy',
  waiting: 'bg-waiting',
  trouble: 'bg-trouble',
  rest: 'bg-transparent border-[1.5px] border-rest',
}

const WORDS: Readonly<Record<StateTone, string>> = {
  ok: 'text-ok',
  busy: 'text-busy',
  waiting: 'text-waiting',
  trouble: 'text-trouble',
  rest: 'text-muted',
}

export interface StateDotProps {
  readonly tone: StateTone
  /** Always given; `quiet` keeps it for screen readers where the word stands elsewhere. */
  readonly word: string
  readonly moving?: boolean | undefined
  readonly quiet?: boolean
}

/** A state is never colour alone: a dot and its word. At rest the dot is hollow. */
export function StateDot({ tone, word, moving, quiet }: StateDotProps) {
  return (
    <span className="inline-flex items-center gap-1.5 whitespace-nowrap">
      <Dot tone={tone} moving={moving} />
      <span className={quiet ? 'sr-only' : cx('text-sm font-medium', WORDS[tone])}>{word}</span>
    </span>
  )
}

/** The dot alone, for where its word stands beside it. */
export function Dot({ tone, moving }: Pick<StateDotProps, 'tone' | 'moving'>) {
  return (
    <span
      aria-hidden="true"
      className={cx('size-2 shrink-0 rounded-full', COLOURS[tone], moving && 'pulse')}
    />
  )
}
