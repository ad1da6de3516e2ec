import { Eye, EyeOff } from 'lucide-react'
import { type KeyboardEvent, type ReactNode, useState } from 'react'
import { IconButton } from './button.tsx'
import { Field, Input } from './field.tsx'

export interface PassphraseFieldProps {
  readonly label: string
  readonly value: string
  readonly onChange: (value: string) => void
  readonly hint?: ReactNode
  readonly error?: string | undefined
  /** A passphrase that is being chosen, or one that exists. */
  readonly fresh?: boolean
  readonly autoFocus?: boolean
  readonly disabled?: boolean
}

/** A passphrase, hidden unless asked to show; says when caps lock is on. */
export function PassphraseField(props: PassphraseFieldProps) {
  const { label, value, onChange, error, fresh = false } = props
  const [shown, setShown] = useState(false)
  const [capsLock, setCapsLock] = useState(false)
  const watch = (event: KeyboardEvent) => setCapsLock(event.getModifierState('CapsLock'))
  const hint = capsLock ? <span className="text-waiting">Caps lock is on.</span> : props.hint
  return (
    <Field label={label} hint={hint} error={error}>
      {(control) => (
        <div className="flex items-center gap-1">
          <Input
            {...control}
            type={shown ? 'text' : 'password'}
            autoComplete={fresh ? 'new-password' : 'current-password'}
            autoFocus={props.autoFocus}
            disabled={props.disabled}
            value={value}
            onChange={(event) => onChange(event.target.value)}
            onKeyDown={watch}
            onKeyUp={watch}
            onBlur={() => setCapsLock(false)}
          />
          <IconButton
            label={shown ? `Hide: ${label}` : `Show: ${label}`}
            aria-pressed={shown}
            onClick={() => setShown(!shown)}
          >
            {shown ? <EyeOff size={16} strokeWidth={1.75} /> : <Eye size={16} strokeWidth={1.75} />}
          </IconButton>
        </div>
      )}
    </Field>
  )
}
