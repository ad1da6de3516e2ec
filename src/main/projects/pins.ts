import type { Pin } from '../../preload/accounts.ts'
import type { ProjectsDeps } from './types.ts'

/** Which project and provider, for the pin that people set in the project's settings. */
export interface Pinned {
  readonly id: string
  readonly providerId: string
}

/** The account among these pins that is pinned for the project, whatever the model. */
export function pinAmong(pins: readonly Pin[], { id, providerId }: Pinned): string | undefined {
  return pins.find(
    (pin) => pin.projectId === id && pin.providerId === providerId && pin.modelId === undefined,
  )?.accountId
}

/** Sets the project's pin for its provider; null takes it away, and undefined leaves it. */
export function changePin(
  { accounts }: Pick<ProjectsDeps, 'accounts'>,
  { id, providerId }: Pinned,
  accountId: string | null | undefined,
): void {
  if (accountId === null) accounts.removePin(providerId, { projectId: id })
  else if (accountId !== undefined) accounts.setPin(accountId, { projectId: id })
}
