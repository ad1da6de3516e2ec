import { createStore, type StoreApi } from 'zustand/vanilla'
import type { Input } from '../../../../preload/contract.ts'
import type { EgressPolicy } from '../../../../preload/egress-policy.ts'
import type { Delivery, RuntimeKind } from '../../../../preload/shapes.ts'
import { readJson, writeStored } from '../../lib/storage.ts'

/** What has been filled in on the new-project page; empty strings are fields not yet touched. */
export interface NewProject {
  readonly folder: string
  readonly name: string
  /** True once the user has written the name; until then it follows the folder. */
  readonly nameIsOwn: boolean
  readonly runtime: RuntimeKind | ''
  readonly image: string
  readonly providerId: string
  readonly modelId: string
  /** Empty: automatic. */
  readonly accountId: string
  readonly delivery: Delivery
  readonly egress: EgressPolicy | ''
  readonly prompt: string
}

export interface NewProjectState {
  readonly draft: NewProject
  change(change: Partial<NewProject>): void
  clear(): void
}

export const EMPTY: NewProject = {
  folder: '',
  name: '',
  nameIsOwn: false,
  runtime: '',
  image: '',
  providerId: '',
  modelId: '',
  accountId: '',
  delivery: 'gateway',
  egress: '',
  prompt: '',
}

/** The draft of a new project; it outlives leaving the page and reloading the window. */
export function createNewProjectStore(storage: Storage): StoreApi<NewProjectState> {
  return createStore<NewProjectState>((set, get) => {
    const put = (draft: NewProject) => {
      set({ draft })
      writeStored(storage, 'new-project', JSON.stringify(draft))
    }
    return {
      draft: { ...EMPTY, ...readJson(storage, 'new-project', isPartial) },
      change: (change) => put({ ...get().draft, ...change }),
      clear: () => put(EMPTY),
    }
  })
}

function isPartial(value: unknown): value is Partial<NewProject> {
  if (typeof value !== 'object' || value === null) return false
  return Object.entries(value).every(
    ([key, field]) => key in EMPTY && typeof field === typeof EMPTY[key as keyof NewProject],
  )
}

export interface Choices {
  readonly runtime: RuntimeKind
  readonly image: string
  readonly providerId: string
  readonly modelId: string
}

/** The call that makes the project; absent fields are left out, so that the main side's defaults hold. */
export function creationOf(draft: NewProject, choices: Choices): Input<'projects.create'> {
  return {
    name: draft.name.trim(),
    folder: draft.folder.trim(),
    providerId: choices.providerId,
    modelId: choices.modelId,
    runtime: choices.runtime,
    ...(choices.runtime === 'docker' && choices.image !== '' ? { image: choices.image } : {}),
    ...(draft.accountId === '' ? {} : { accountId: draft.accountId }),
    ...(draft.delivery === 'gateway' ? {} : { delivery: draft.delivery }),
    ...(draft.egress === '' ? {} : { egress: draft.egress }),
    ...(draft.prompt.trim() === '' ? {} : { prompt: draft.prompt.trim() }),
  }
}

export type FieldName = 'folder' | 'name' | 'image' | 'provider' | 'model' | 'runtime' | 'form'

const FIELD_OF: Readonly<Record<string, FieldName>> = {
  folder_missing: 'folder',
  folder_not_writable: 'folder',
  image_not_found: 'image',
  image_unsuitable: 'image',
  unknown_provider: 'provider',
  no_credential: 'provider',
  unknown_model: 'model',
  engine_unavailable: 'runtime',
  engine_denied: 'runtime',
}

/** The field an error is about. */
export const fieldOf = (code: string): FieldName => FIELD_OF[code] ?? 'form'
