import { useCallback } from 'react'
import { useProjects, useProviders } from '../../context.ts'
import { accountName } from '../providers/account-names.ts'
import type { Group } from './usage-range.ts'

/** Names groups as the rest of the app does; what is gone keeps the name it was last used by. */
export function useGroupNames(group: Group): (key: string, label: string) => string {
  const projects = useProjects((state) => state.projects)
  const accounts = useProviders((state) => state.accounts)
  const providers = useProviders((state) => state.providers)
  return useCallback(
    (key, label) => {
      const providerName = (id: string) => providers?.find((one) => one.id === id)?.name ?? id
      if (group === 'project') return projects?.find((one) => one.id === key)?.name ?? label
      if (group === 'provider') return providerName(key)
      if (group === 'model') return label === '' ? 'a model that is not known' : label
      const account = accounts?.find((one) => one.id === key)
      return account === undefined ? label : `${accountName(account)} (${providerName(account.providerId)})`
    },
    [group, projects, accounts, providers],
  )
}
