import { createStore, type StoreApi } from 'zustand/vanilla'
import type { BerthBridge, Failure } from '../../../../preload/contract.ts'
import type {
  ImportKind,
  ImportOffer,
  ImportPreview,
  ImportResult,
  ImportSource,
} from '../../../../preload/imports.ts'
import { choicesOf, type Drafts, draftsOf, type ItemDraft } from './import-drafts.ts'
import { type FormProblem, type ImportForm, isProblem, sourceOf } from './import-sources.ts'

export interface ImportsState {
  readonly offers: readonly ImportOffer[]
  readonly kind: ImportKind | undefined
  /** Held in memory alone: what is pasted here is never stored, and forgotten once it has been brought in. */
  readonly form: ImportForm
  readonly missing: FormProblem | undefined
  readonly preview: ImportPreview | undefined
  readonly drafts: Drafts
  readonly result: ImportResult | undefined
  readonly busy: 'preview' | 'apply' | undefined
  readonly error: Failure | undefined
  loadOffers(): Promise<void>
  choose(kind: ImportKind | undefined): void
  /** Chooses what was offered and looks into it at once. */
  open(offer: ImportOffer): Promise<void>
  change(part: Partial<ImportForm>): void
  look(): Promise<void>
  /** From the preview to the form; everything typed is still there. */
  back(): void
  decide(id: string, part: Partial<ItemDraft>): void
  apply(): Promise<void>
  /** Forgets everything that was typed, read or chosen. */
  reset(): void
}

const EMPTY_FORM: ImportForm = { path: '', text: '', file: undefined, passphrase: '' }

const FRESH = {
  kind: undefined,
  form: EMPTY_FORM,
  missing: undefined,
  preview: undefined,
  drafts: {},
  result: undefined,
  busy: undefined,
  error: undefined,
} as const

type Get = () => ImportsState
type Set = (change: Partial<ImportsState>) => void

/** The import assistant: a source, what is in it, what is chosen of it, and what came of it. */
export function createImportsStore(bridge: BerthBridge): StoreApi<ImportsState> {
  return createStore<ImportsState>((set, get) => {
    /** Counts what has been begun, so that a late answer to something given up is not shown. */
    const turn = { now: 0 }
    const begin = () => {
      turn.now += 1
      const mine = turn.now
      return () => turn.now === mine
    }
    const loadOffers = async () => {
      const answer = await bridge.invoke('imports.offers', {})
      if (answer.ok) set({ offers: answer.value.filter((offer) => offer.fresh > 0) })
    }
    const choose = (kind: ImportKind | undefined) => {
      begin()
      set(kind === get().kind ? { ...FRESH, kind, form: get().form } : { ...FRESH, kind })
    }
    const look = createLook(bridge, get, set, begin)
    return {
      ...FRESH,
      offers: [],
      loadOffers,
      choose,
      open: async (offer) => {
        choose(offer.kind)
        if (offer.path !== undefined) set({ form: { ...EMPTY_FORM, path: offer.path } })
        await look()
      },
      change: (part) => set({ form: { ...get().form, ...part }, missing: undefined, error: undefined }),
      look,
      back: () => {
        begin()
        set({ preview: undefined, drafts: {}, busy: undefined, error: undefined })
      },
      decide: (id, part) => {
        const draft = get().drafts[id]
        if (draft !== undefined) set({ drafts: { ...get().drafts, [id]: { ...draft, ...part } } })
      },
      apply: createApply(bridge, get, set, { begin, loadOffers }),
      reset: () => {
        begin()
        set(FRESH)
      },
    }
  })
}

function sourceNow({ kind, form }: ImportsState): ImportSource | FormProblem | undefined {
  return kind === undefined ? undefined : sourceOf(kind, form)
}

function createLook(bridge: BerthBridge, get: Get, set: Set, begin: () => () => boolean) {
  return async () => {
    const source = sourceNow(get())
    if (source === undefined) return
    if (isProblem(source)) return set({ missing: source })
    const current = begin()
    set({ busy: 'preview', missing: undefined, error: undefined })
    const answer = await bridge.invoke('imports.preview', { source })
    if (!current()) return
    if (!answer.ok) return set({ busy: undefined, error: answer.error })
    set({ busy: undefined, preview: answer.value, drafts: draftsOf(answer.value.items) })
  }
}

interface ApplyDeps {
  readonly begin: () => () => boolean
  readonly loadOffers: () => Promise<void>
}

function createApply(bridge: BerthBridge, get: Get, set: Set, { begin, loadOffers }: ApplyDeps) {
  return async () => {
    const { preview, drafts } = get()
    const source = sourceNow(get())
    if (preview === undefined || source === undefined || isProblem(source)) return
    const current = begin()
    set({ busy: 'apply', error: undefined })
    const answer = await bridge.invoke('imports.apply', { source, choices: choicesOf(preview.items, drafts) })
    if (!current()) return
    if (!answer.ok) return set({ busy: undefined, error: answer.error })
    set({ busy: undefined, result: answer.value, form: EMPTY_FORM })
    await loadOffers()
  }
}
