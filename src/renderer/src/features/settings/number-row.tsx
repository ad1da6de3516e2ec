import { RotateCcw } from 'lucide-react'
import { type KeyboardEvent, useId, useState } from 'react'
import { POOL_NUMBER_WORDS, type PoolNumber, type PoolNumberValue } from '../../../../preload/pool-numbers.ts'
import { useNumbers } from '../../context.ts'
import { cx } from '../../lib/cx.ts'
import { useAction } from '../../lib/use-action.ts'
import { IconButton } from '../../ui/button.tsx'
import { Input } from '../../ui/field.tsx'
import { isStandard, numberWords, parseNumber } from './number-words.ts'

/** One number: kept when the field is left or with Enter, put back with Esc. */
export function NumberRow({ number }: { readonly number: PoolNumber }) {
  const { name, value, standard, variable, fixed } = number
  const field = useNumberField(number)
  const id = useId()
  const problem = field.problem
  return (
    <div className="flex flex-wrap items-center gap-x-3 py-1.5">
      <div className="min-w-48 flex-1">
        <label htmlFor={id}>{POOL_NUMBER_WORDS[name]}</label>
        <div id={`${id}-about`} className="text-sm text-muted">
          {fixed ? (
            <>
              Fixed by <code className="text-fg">{variable}</code>
            </>
          ) : isStandard(number) ? (
            <code>{name}</code>
          ) : (
            <>
              <code>{name}</code> · Berth’s own is {numberWords(name, standard)}
            </>
          )}
        </div>
      </div>
      {!fixed && !isStandard(number) && (
        <IconButton
          label={`Put ${POOL_NUMBER_WORDS[name]} back to ${numberWords(name, standard)}`}
          onClick={() => void field.save(null)}
        >
          <RotateCcw size={14} strokeWidth={1.75} aria-hidden="true" />
        </IconButton>
      )}
      <Input
        id={id}
        value={field.typed ?? numberWords(name, value)}
        disabled={fixed}
        aria-describedby={problem === undefined ? `${id}-about` : `${id}-problem`}
        aria-invalid={problem === undefined ? undefined : true}
        className={cx('tabular-nums', Array.isArray(standard) ? 'max-w-52' : 'max-w-28')}
        onChange={(event) => field.type(event.target.value)}
        onBlur={() => void field.leave()}
        onKeyDown={field.onKey}
      />
      {problem !== undefined && (
        <p id={`${id}-problem`} role="alert" className="mt-1 w-full text-sm break-words text-trouble">
          {problem}
        </p>
      )}
    </div>
  )
}

function useNumberField(number: PoolNumber) {
  const set = useNumbers((state) => state.set)
  /** Absent while nothing is typed that is not kept. */
  const [typed, setTyped] = useState<string>()
  const [unread, setUnread] = useState<string>()
  const action = useAction()
  const clear = () => {
    setUnread(undefined)
    action.clear()
  }
  const save = async (value: PoolNumberValue | null) => {
    clear()
    const done = await action.run(() => set({ [number.name]: value }))
    if (done !== undefined) setTyped(undefined)
  }
  const leave = async () => {
    if (typed === undefined || action.error !== undefined) return
    const read = parseNumber(number, typed)
    if ('problem' in read) return setUnread(read.problem)
    if (String(read.value) === String(number.value)) return setTyped(undefined)
    await save(read.value)
  }
  const onKey = (event: KeyboardEvent) => {
    if (event.key === 'Enter') void leave()
    if (event.key !== 'Escape' || typed === undefined) return
    event.stopPropagation()
    clear()
    setTyped(undefined)
  }
  return {
    typed,
    problem: unread ?? action.error?.message,
    type: (text: string) => {
      clear()
      setTyped(text)
    },
    save,
    leave,
    onKey,
  }
}
