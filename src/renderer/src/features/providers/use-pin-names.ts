import { useEffect } from 'react'
import { useProjects, useProviders } from '../../context.ts'
import type { PinNames } from './pin-words.ts'

/** How projects and a provider's models are called. Models keep their ids until their names are known. */
export function usePinNames(providerId: string): PinNames {
  const projects = useProjects((state) => state.projects)
  const models = useProviders((state) => state.models[providerId])
  const known = useProviders((state) => state.providers?.some((one) => one.id === providerId))
  const loadModels = useProviders((state) => state.loadModels)
  useEffect(() => {
    if (known === true && models === undefined) void loadModels(providerId)
  }, [known, models, loadModels, providerId])
  return {
    project: (id) => projects?.find((project) => project.id === id)?.name,
    model: (id) => models?.find((model) => model.id === id)?.name ?? id,
  }
}
