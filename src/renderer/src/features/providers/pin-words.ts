import type { Pin } from '../../../../preload/accounts.ts'

export interface PinNames {
  /** Undefined for a project that is not known. */
  readonly project: (projectId: string) => string | undefined
  readonly model: (modelId: string) => string
}

/** Where a pin holds: `for atlas-api`, `for Claude Opus in every project`, `for Claude Opus in atlas-api`. */
export function placeWords(
  { projectId, modelId }: Pick<Pin, 'projectId' | 'modelId'>,
  names: PinNames,
): string {
  const project = projectId === undefined ? undefined : (names.project(projectId) ?? 'a project that is gone')
  if (modelId === undefined) return `for ${project ?? 'nothing'}`
  return `for ${names.model(modelId)} in ${project ?? 'every project'}`
}

/** Stands for the place of a pin, in lists. */
export const pinKey = ({ providerId, projectId = '', modelId = '' }: Omit<Pin, 'accountId'>): string =>
  `${providerId}/${projectId}/${modelId}`

/** The pin that a new one at the same place would take the place of. */
export function pinAt(pins: readonly Pin[], place: Omit<Pin, 'accountId'>): Pin | undefined {
  return pins.find((pin) => pinKey(pin) === pinKey(place))
}

/** The narrow ones first, as they win; then by their words. */
export function sortPins(pins: readonly Pin[], names: PinNames): Pin[] {
  const width = (pin: Pin) =>
    pin.projectId !== undefined && pin.modelId !== undefined ? 0 : pin.projectId !== undefined ? 1 : 2
  return pins.toSorted(
    (a, b) => width(a) - width(b) || placeWords(a, names).localeCompare(placeWords(b, names)),
  )
}
