import { useId, useState } from 'react'
import type { Provider } from '../../../../preload/shapes.ts'
import { useProviders, useStores } from '../../context.ts'
import { plural } from '../../lib/format.ts'
import { useAction } from '../../lib/use-action.ts'
import { Button } from '../../ui/button.tsx'
import { Checkbox } from '../../ui/checkbox.tsx'
import { Field, Input } from '../../ui/field.tsx'
import type { CustomForm } from './custom-form.ts'
import type { NamedModel } from './custom-provider.ts'

export interface DiscoverFieldProps {
  readonly form: CustomForm
  /** The one that is edited. */
  readonly provider: Provider | undefined
}

/** Whether the server itself is asked for its models, and what it answers now. */
export function DiscoverField({ form, provider }: DiscoverFieldProps) {
  const id = useId()
  const { discover } = form.draft
  return (
    <div>
      <div className="flex gap-2.5">
        <Checkbox
          id={id}
          className="mt-0.5"
          checked={discover}
          aria-describedby={`${id}-hint`}
          onChange={(next) => form.change({ discover: next })}
        />
        <div>
          <label htmlFor={id} className="font-medium">
            Ask the server for its models
          </label>
          <div id={`${id}-hint`} className="text-sm text-muted">
            Now and once a day, at the base URL with /models.
          </div>
        </div>
      </div>
      {discover && <AskNow form={form} provider={provider} />}
    </div>
  )
}

function AskNow({ form, provider }: DiscoverFieldProps) {
  const { ask, busy, found, problem } = useAsking(form, provider)
  const has = useProviders((state) => state.accounts?.some((account) => account.providerId === provider?.id))
  // A kept key goes to its provider's saved address only.
  const kept = has === true && form.input.baseUrl === provider?.baseUrl
  return (
    <div className="mt-2.5 ml-6.5 space-y-2.5">
      {!kept && (
        <Field
          label="API key"
          optional
          hint={
            provider === undefined
              ? 'Where it asks for one. It is taken along to the next step.'
              : 'Where it asks for one. It is not kept.'
          }
        >
          {(control) => (
            <Input
              {...control}
              type="password"
              autoComplete="off"
              data-1p-ignore
              data-lpignore="true"
              className="font-mono text-code"
              value={form.draft.key}
              onChange={(event) => form.change({ key: event.target.value })}
            />
          )}
        </Field>
      )}
      <div className="flex items-start gap-3">
        <Button size="sm" busy={busy} disabled={!form.address} onClick={() => void ask()}>
          Ask now
        </Button>
        <div role="status" className="min-h-7 min-w-0 flex-1 py-1 text-sm break-words">
          {problem !== undefined && <span className="text-trouble">{problem}</span>}
          {found !== undefined && <Found models={found} />}
        </div>
      </div>
    </div>
  )
}

/** What was found belongs to the address it was asked at. */
function useAsking(form: CustomForm, provider: Provider | undefined) {
  const { bridge } = useStores()
  const action = useAction()
  const [answer, setAnswer] = useState<{ readonly at: string; readonly models?: readonly NamedModel[] }>()
  const { baseUrl } = form.input
  const ask = async () => {
    const key = form.draft.key.trim()
    setAnswer({ at: baseUrl })
    const asked = await action.run(() =>
      bridge.invoke('providers.discover', {
        baseUrl,
        ...(key === '' ? {} : { key }),
        ...(provider === undefined ? {} : { providerId: provider.id }),
      }),
    )
    if (asked !== undefined) setAnswer({ at: baseUrl, models: asked.value.models })
  }
  const current = answer?.at === baseUrl
  return {
    ask,
    busy: action.busy,
    found: current ? answer.models : undefined,
    problem: current ? action.error?.message : undefined,
  }
}

function Found({ models }: { readonly models: readonly NamedModel[] }) {
  if (models.length === 0) return 'It answered, and has no models.'
  return (
    <>
      It has {plural(models.length, 'model')}:{' '}
      <span className="line-clamp-3 font-mono text-[11.5px] text-muted">
        {models.map((model) => model.id).join(', ')}
      </span>
    </>
  )
}
