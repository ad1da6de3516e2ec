import type { ImportItem } from '../../../../preload/imports.ts'
import { useProviders } from '../../context.ts'
import { Combobox } from '../../ui/combobox.tsx'
import { Monogram } from '../../ui/monogram.tsx'
import { accountName, offeredProviders } from '../providers/account-names.ts'

interface ProviderChoiceProps {
  readonly item: ImportItem
  readonly value: string | undefined
  readonly onChange: (providerId: string) => void
}

/** Whose key it is, where its form does not tell: the likely ones first, then the whole catalog. */
export function ProviderChoice({ item, value, onChange }: ProviderChoiceProps) {
  const providers = useProviders((state) => state.providers) ?? []
  const accounts = useProviders((state) => state.accounts) ?? []
  const likely = item.candidates.flatMap((id) => providers.filter((one) => one.id === id))
  const others = offeredProviders(
    providers.filter((one) => !item.candidates.includes(one.id) && one.unsupported === undefined),
    accounts,
  )
  const entry = (group: string) => (one: (typeof providers)[number]) => ({
    id: one.id,
    label: one.name,
    keywords: one.id,
    icon: <Monogram name={one.name} size={20} />,
    group,
  })
  const chosen = providers.find((one) => one.id === value)
  const label = `Provider of ${accountName(item)}`
  return (
    <div className="w-44 shrink-0">
      <Combobox
        label={label}
        control={{ id: `provider-${item.id}`, 'aria-describedby': undefined, 'aria-invalid': undefined }}
        items={[...likely.map(entry('Likely')), ...others.map(entry('All providers'))]}
        value={value}
        shown={
          <>
            <span className="sr-only">{label}: </span>
            {chosen?.name ?? <span className="text-muted">Whose key is it?</span>}
          </>
        }
        placeholder="Search providers"
        onChange={(next) => onChange(next.id)}
      />
    </div>
  )
}
