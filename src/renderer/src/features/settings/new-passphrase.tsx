import { useState } from 'react'
import { SHORTEST_PASSPHRASE, strengthHint } from '../../lib/strength.ts'
import { PassphraseField } from '../../ui/passphrase-field.tsx'

export interface NewPassphrase {
  readonly first: string
  readonly second: string
  /** Long enough, and twice the same. */
  readonly ready: boolean
  readonly differs: boolean
  setFirst(value: string): void
  setSecond(value: string): void
}

/** A passphrase that is being chosen, typed twice. */
export function useNewPassphrase(): NewPassphrase {
  const [first, setFirst] = useState('')
  const [second, setSecond] = useState('')
  return {
    first,
    second,
    ready: first.length >= SHORTEST_PASSPHRASE && first === second,
    differs: second !== '' && !first.startsWith(second),
    setFirst,
    setSecond,
  }
}

export interface NewPassphraseFieldsProps {
  readonly value: NewPassphrase
  readonly label?: string
  readonly error?: string | undefined
  readonly autoFocus?: boolean
}

/** Says how strong it is while it is typed, and when the two differ. */
export function NewPassphraseFields(props: NewPassphraseFieldsProps) {
  const { value, label = 'Passphrase', error, autoFocus = false } = props
  return (
    <>
      <PassphraseField
        fresh
        label={label}
        value={value.first}
        onChange={value.setFirst}
        hint={<span aria-live="polite">{strengthHint(value.first)}</span>}
        error={error}
        autoFocus={autoFocus}
      />
      <PassphraseField
        fresh
        label="The same again"
        value={value.second}
        onChange={value.setSecond}
        error={value.differs ? 'The two are not the same.' : undefined}
      />
    </>
  )
}
