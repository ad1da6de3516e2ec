import { useState } from 'react'
import type { Input } from '../../../../preload/contract.ts'
import type { Provider } from '../../../../preload/shapes.ts'
import { useModels } from '../projects/use-project-form.ts'
import { idOf, type NamedModel, parseModels, writeModels } from './custom-provider.ts'

/** What is filled in of a server of the user's own. `models` is absent until it is typed in. */
interface Draft {
  readonly name: string
  readonly id: string
  readonly baseUrl: string
  readonly models: string | undefined
  readonly discover: boolean
  readonly key: string
}

export type CustomForm = ReturnType<typeof useCustomForm>

export function useCustomForm(provider: Provider | undefined) {
  const known = useModels(provider?.id ?? '')
  const [draft, setDraft] = useState<Draft>(() => ({
    name: provider?.name ?? '',
    id: provider?.id ?? '',
    baseUrl: provider?.baseUrl ?? '',
    models: undefined,
    discover: provider?.discovery !== undefined,
    key: '',
  }))
  // Of a server that tells its models, the known ones are its own: only what is typed here is the user's.
  const models = draft.models ?? (provider?.discovery === undefined ? writeModels(known ?? []) : '')
  const input: Input<'providers.saveCustom'> & { readonly models: NamedModel[] } = {
    id: draft.id || idOf(draft.name),
    name: draft.name.trim(),
    baseUrl: draft.baseUrl.trim(),
    models: parseModels(models),
    discover: draft.discover,
  }
  const address = /^https?:\/\/./.test(input.baseUrl)
  return {
    draft,
    models,
    input,
    change: (part: Partial<Draft>) => setDraft({ ...draft, ...part }),
    address,
    ready: input.id !== '' && input.name !== '' && address && (draft.discover || input.models.length > 0),
  }
}
