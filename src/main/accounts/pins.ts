import type { Pin } from '../../preload/accounts.ts'
import { BerthError } from '../errors.ts'
import { type Context, get } from './context.ts'
import type { Place } from './types.ts'

/** An empty text is no project and no model. Throws `bad_request` for a place that is neither. */
function checked({ projectId, modelId }: Place): Place {
  if (projectId || modelId) return { ...(projectId ? { projectId } : {}), ...(modelId ? { modelId } : {}) }
  throw new BerthError('bad_request', 'A pin is for a project, a model or both. Choose at least one.')
}

/** Takes the place of another pin there. The model has to be one of the account's provider. */
export function setPin({ catalog, pinsRepo, ...context }: Context, accountId: string, place: Place): Pin[] {
  const here = checked(place)
  const { providerId } = get(context, accountId)
  if (here.modelId !== undefined) catalog.model(providerId, here.modelId)
  pinsRepo.set(providerId, here, accountId)
  return pinsRepo.list()
}

/** A pin that is not there is gone already. A model that left the catalog is no hindrance. */
export function removePin({ pinsRepo }: Context, providerId: string, place: Place): Pin[] {
  pinsRepo.remove(providerId, checked(place))
  return pinsRepo.list()
}
