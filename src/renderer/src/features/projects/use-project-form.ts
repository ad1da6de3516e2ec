import { useEffect, useState } from 'react'
import { useStore } from 'zustand'
import type { EgressPolicy } from '../../../../preload/egress-policy.ts'
import type { LocalImage, Model, Provider, RuntimeKind } from '../../../../preload/shapes.ts'
import { useProviders, useSettings, useStatus, useStores } from '../../context.ts'
import { offeredProviders } from '../providers/account-names.ts'
import { defaultModel } from './models.ts'
import type { Choices, NewProject } from './new-project-store.ts'

export const DEFAULT_IMAGE = 'debian:bookworm-slim'

export interface ProjectForm {
  readonly draft: NewProject
  readonly change: (change: Partial<NewProject>) => void
  readonly choices: Choices
  readonly images: readonly LocalImage[] | undefined
  readonly providers: readonly Provider[]
  readonly engineReady: boolean
}

/** The draft of a new project with what stands in for the fields not touched yet. */
export function useProjectForm(): ProjectForm {
  const { newProject } = useStores()
  const { draft, change } = useStore(newProject)
  const engineReady = useStatus((state) => state.status?.engine.state === 'ready')
  const engineKnown = useStatus((state) => state.status?.engine.state !== 'checking')
  const images = useImages(engineReady)
  const providers = useOffered()
  const providerId = draft.providerId || providers[0]?.id || ''
  const models = useModels(providerId)
  const fallback: RuntimeKind = engineReady || !engineKnown ? 'docker' : 'process'
  return {
    draft,
    change,
    images,
    providers,
    engineReady,
    choices: {
      runtime: draft.runtime || fallback,
      image: draft.image || images?.[0]?.name || DEFAULT_IMAGE,
      providerId,
      modelId: draft.modelId || defaultModel(models ?? [])?.id || '',
    },
  }
}

/** Every provider that a key can connect; connected ones first. */
export function useOffered(): readonly Provider[] {
  const providers = useProviders((state) => state.providers)
  const accounts = useProviders((state) => state.accounts)
  return offeredProviders(providers ?? [], accounts ?? [])
}

/** A provider's models, fetched when first asked for. */
export function useModels(providerId: string): readonly Model[] | undefined {
  const models = useProviders((state) => state.models[providerId])
  const loadModels = useProviders((state) => state.loadModels)
  useEffect(() => {
    if (providerId !== '' && models === undefined) void loadModels(providerId)
  }, [providerId, models, loadModels])
  return models
}

/** Where new projects may go, as the settings say; fetched when first asked for. */
export function useUsualEgress(): EgressPolicy | undefined {
  const usual = useSettings((state) => state.settings?.newProjectEgress)
  const load = useSettings((state) => state.load)
  useEffect(() => {
    if (usual === undefined) void load()
  }, [usual, load])
  return usual
}

/** The engine's own images, as far as there is an engine. */
export function useImages(engineReady: boolean): readonly LocalImage[] | undefined {
  const { bridge } = useStores()
  const [images, setImages] = useState<readonly LocalImage[]>()
  useEffect(() => {
    if (!engineReady) return
    let stale = false
    void bridge.invoke('engine.images', {}).then((answer) => {
      if (answer.ok && !stale) setImages(answer.value)
    })
    return () => {
      stale = true
    }
  }, [bridge, engineReady])
  return images
}
