import { accountFor } from './credentials.ts'
import type { ProjectRow } from './project-repo.ts'
import type { ProjectsDeps } from './types.ts'

/**
 * What OpenCode reads from its environment about a project's accounts: their fields (a resource's name, a region), of
 * each provider's account that serves the project. Never a credential. Of a provider without such an account nothing is
 * set, for OpenCode would take it for half connected. Where two providers read the same variable, the project's own has
 * its say.
 */
export function environmentFor(
  deps: Pick<ProjectsDeps, 'accounts'>,
  row: Pick<ProjectRow, 'id' | 'providerId' | 'modelId'>,
): Record<string, string> {
  const others = new Set(deps.accounts.list().map(({ providerId }) => providerId))
  others.delete(row.providerId)
  // The last one said stays.
  const fields = [...[...others].sort(), row.providerId].flatMap((providerId) =>
    Object.entries(accountFor(deps, row, providerId)?.fields ?? {}),
  )
  // Always in the same order: a server is started anew when its environment is another one.
  return Object.fromEntries([...new Map(fields)].sort(([a], [b]) => (a < b ? -1 : 1)))
}
