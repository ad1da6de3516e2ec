import { createStore, type StoreApi } from 'zustand/vanilla'
import { requestId } from '../../lib/ids.ts'
import { readJson, writeStored } from '../../lib/storage.ts'

/** What is typed and not yet sent. Its request id stays the same until it is sent, so that it is sent only once. */
export interface Draft {
  readonly text: string
  readonly requestId: string
}

export interface DraftsState {
  readonly drafts: Readonly<Record<string, Draft>>
  setText(projectId: string, text: string): void
  /** Forgets a draft that was sent; kept when something else has been typed meanwhile. */
  sent(projectId: string, requestId: string): void
}

const NONE: Draft = { text: '', requestId: '' }

export const draftOf = (state: DraftsState, projectId: string): Draft => state.drafts[projectId] ?? NONE

/** The drafts of every project; they survive a reload and a restart. */
export function createDraftsStore(storage: Storage): StoreApi<DraftsState> {
  return createStore<DraftsState>((set, get) => {
    const put = (drafts: Readonly<Record<string, Draft>>) => {
      set({ drafts })
      writeStored(storage, 'drafts', JSON.stringify(drafts))
    }
    return {
      drafts: readJson(storage, 'drafts', isDrafts) ?? {},
      setText: (projectId, text) => {
        const { [projectId]: before, ...others } = get().drafts
        if (text === '') return put(others)
        if (before?.text === text) return
        put({ ...others, [projectId]: { text, requestId: requestId() } })
      },
      sent: (projectId, id) => {
        const { [projectId]: draft, ...others } = get().drafts
        if (draft?.requestId === id) put(others)
      },
    }
  })
}

function isDrafts(value: unknown): value is Record<string, Draft> {
  if (typeof value !== 'object' || value === null) return false
  return Object.values(value).every(
    (draft: unknown) =>
      typeof draft === 'object' &&
      draft !== null &&
      'text' in draft &&
      typeof draft.text === 'string' &&
      'requestId' in draft &&
      typeof draft.requestId === 'string',
  )
}
