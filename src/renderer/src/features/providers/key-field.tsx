import type { Provider } from '../../../../preload/shapes.ts'
import { useProviders } from '../../context.ts'
import { foreignKey } from '../../lib/key-shapes.ts'
import { Field, Input } from '../../ui/field.tsx'

export interface KeyFieldProps {
  readonly value: string
  readonly provider: Provider
  readonly onChange: (key: string) => void
  readonly error?: string | undefined
  readonly autoFocus?: boolean
  /** Offered when the key looks made for another provider. */
  readonly onSwitch?: (providerId: string) => void
}

/** Where a key goes in. It never comes out again: there is no way to show it. */
export function KeyField({ value, provider, onChange, error, autoFocus = false, onSwitch }: KeyFieldProps) {
  const providers = useProviders((state) => state.providers)
  const other = foreignKey(value, provider.id, providers ?? [])
  return (
    <Field
      label="API key"
      error={error}
      hint={
        other === undefined ? (
          keyHint(provider)
        ) : (
          <span className="text-waiting">
            This looks like a key of {other.name}.{' '}
            {onSwitch !== undefined && (
              <button
                type="button"
                className="rounded-xs font-medium text-accent underline underline-offset-2"
                onClick={() => onSwitch(other.id)}
              >
                Connect {other.name} with it
              </button>
            )}
          </span>
        )
      }
    >
      {(control) => (
        <Input
          {...control}
          type="password"
          autoFocus={autoFocus}
          // Password managers must neither fill this in nor offer to keep it.
          autoComplete="off"
          data-1p-ignore
          data-lpignore="true"
          value={value}
          onChange={(event) => onChange(event.target.value)}
          className="font-mono text-code"
        />
      )}
    </Field>
  )
}

function keyHint(provider: Provider): string {
  const [env] = provider.env
  const usual = env === undefined ? '' : ` Elsewhere it is known as ${env}.`
  return `Kept in the vault on this machine.${usual}`
}
