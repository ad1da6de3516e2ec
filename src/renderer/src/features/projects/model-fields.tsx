import { useMemo } from 'react'
import type { Model, Provider } from '../../../../preload/shapes.ts'
import { useProviders } from '../../context.ts'
import { plural } from '../../lib/format.ts'
import { ComboboxField } from '../../ui/combobox.tsx'
import { Monogram } from '../../ui/monogram.tsx'
import { modelHint, sortModels } from './models.ts'

export interface ProviderFieldProps {
  readonly value: string
  readonly providers: readonly Provider[]
  readonly onChange: (providerId: string) => void
  readonly error?: string | undefined
  readonly hint?: string | undefined
}

/** The provider, those with an account first. */
export function ProviderField({ value, providers, onChange, error, hint }: ProviderFieldProps) {
  const accounts = useProviders((state) => state.accounts)
  const items = useMemo(() => {
    const counts = Map.groupBy(accounts ?? [], (account) => account.providerId)
    return providers.map((provider) => {
      const count = counts.get(provider.id)?.length ?? 0
      return {
        id: provider.id,
        label: provider.name,
        keywords: provider.id,
        group: count > 0 ? 'Connected' : 'Not connected yet',
        icon: <Monogram name={provider.name} size={22} />,
        hint: count > 0 ? plural(count, 'account') : undefined,
      }
    })
  }, [providers, accounts])
  const chosen = providers.find((provider) => provider.id === value)
  return (
    <ComboboxField
      error={error}
      hint={hint}
      label="Provider"
      items={items}
      value={value}
      onChange={(item) => onChange(item.id)}
      placeholder="Search providers"
      shown={chosen?.name ?? <span className="text-muted">Choose a provider</span>}
    />
  )
}

export interface ModelFieldProps {
  readonly value: string
  readonly models: readonly Model[] | undefined
  readonly onChange: (modelId: string) => void
  readonly error?: string | undefined
}

export function ModelField({ value, models, onChange, error }: ModelFieldProps) {
  const items = useMemo(() => (models === undefined ? [] : modelItems(models)), [models])
  const chosen = models?.find((model) => model.id === value)
  return (
    <ComboboxField
      error={error}
      label="Model"
      items={items}
      value={value}
      onChange={(item) => onChange(item.id)}
      placeholder="Search models"
      shown={
        chosen === undefined ? (
          <span className="text-muted">{value === '' ? 'Choose a model' : value}</span>
        ) : (
          chosen.name
        )
      }
    />
  )
}

/** Models as rows of a searchable list. */
export function modelItems(models: readonly Model[]) {
  return sortModels(models).map((model) => ({
    id: model.id,
    label: model.name,
    keywords: model.id,
    hint: modelHint(model),
  }))
}
