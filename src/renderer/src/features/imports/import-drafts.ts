import type { Account } from '../../../../preload/accounts.ts'
import type { ImportChoices, ImportItem } from '../../../../preload/imports.ts'
import type { Provider } from '../../../../preload/shapes.ts'

/** What the user has decided about one item so far. */
export interface ItemDraft {
  readonly action: 'add' | 'replace' | 'skip'
  readonly providerId: string | undefined
  readonly namespace: string
  readonly label: string
  readonly fields: Readonly<Record<string, string>>
}

export type Drafts = Readonly<Record<string, ItemDraft>>

/**
 * What stands before the user has touched it: new keys are taken, all others left. So is a login: taking it signs the
 * other tool out, which nobody should do by not looking.
 */
export function draftOf(item: ImportItem): ItemDraft {
  return {
    action: item.state === 'new' && item.type !== 'oauth' ? 'add' : 'skip',
    providerId: item.providerId,
    namespace: item.namespace,
    label: item.label,
    fields: item.fields,
  }
}

export const draftsOf = (items: readonly ImportItem[]): Drafts =>
  Object.fromEntries(items.map((item) => [item.id, draftOf(item)]))

/** Items one may decide about; the others are there or cannot be. */
export const isOpen = (item: ImportItem): boolean =>
  item.state === 'new' || item.state === 'conflict' || item.state === 'unsure'

export interface Known {
  readonly accounts: readonly Account[]
  readonly providers: readonly Provider[]
}

type Named = Pick<ItemDraft, 'namespace' | 'label' | 'providerId'>

const nameKey = ({ providerId, namespace, label }: Named): string =>
  JSON.stringify([providerId, namespace.trim(), label.trim()])

/** The label, or the label with the first number that makes it free among the provider's accounts. */
export function freeLabel(draft: ItemDraft, accounts: readonly Account[]): string {
  const taken = new Set(accounts.map(nameKey))
  for (let number = 1; ; number += 1) {
    const label = number === 1 ? draft.label : `${draft.label} ${number}`
    if (!taken.has(nameKey({ ...draft, label }))) return label
  }
}

export interface ItemProblem {
  readonly field: 'provider' | 'label' | 'fields'
  readonly message: string
}

/** What must be put right before the chosen items can be brought in, by item. */
export function problemsOf(
  items: readonly ImportItem[],
  drafts: Drafts,
  known: Known,
): Readonly<Record<string, ItemProblem>> {
  const chosen = items.filter((item) => isOpen(item) && drafts[item.id]?.action === 'add')
  const times = new Map<string, number>()
  for (const item of chosen) {
    const key = nameKey(drafts[item.id] ?? draftOf(item))
    times.set(key, (times.get(key) ?? 0) + 1)
  }
  const found: Record<string, ItemProblem> = {}
  for (const item of chosen) {
    const draft = drafts[item.id] ?? draftOf(item)
    const problem = problemOf(item, draft, known, (times.get(nameKey(draft)) ?? 0) > 1)
    if (problem !== undefined) found[item.id] = problem
  }
  return found
}

function problemOf(
  item: ImportItem,
  draft: ItemDraft,
  { accounts, providers }: Known,
  twice: boolean,
): ItemProblem | undefined {
  const provider = providers.find((one) => one.id === draft.providerId)
  if (draft.providerId === undefined) return { field: 'provider', message: 'Choose whose key this is.' }
  if (draft.label.trim() === '') return { field: 'label', message: 'A label is needed.' }
  const key = nameKey(draft)
  if (accounts.some((one) => one.id !== item.existingId && nameKey(one) === key))
    return { field: 'label', message: 'An account here has this name. Give it another.' }
  // As another: the one that is there keeps its name.
  if (item.state === 'conflict' && accounts.some((one) => nameKey(one) === key))
    return { field: 'label', message: 'An account here has this name. Give it another.' }
  if (twice) return { field: 'label', message: 'Two chosen items have this name. Give one another.' }
  const missing = provider?.fields.find((field) => field.required && !draft.fields[field.name]?.trim())
  return missing === undefined ? undefined : { field: 'fields', message: `${missing.label} is needed.` }
}

/** What is sent: a choice for every item that is open. */
export function choicesOf(items: readonly ImportItem[], drafts: Drafts): ImportChoices {
  const choices: ImportChoices = {}
  for (const item of items) {
    const draft = drafts[item.id]
    if (!isOpen(item) || draft === undefined) continue
    choices[item.id] = choiceOf(item, draft)
  }
  return choices
}

function choiceOf(item: ImportItem, draft: ItemDraft): ImportChoices[string] {
  if (draft.action !== 'add') return { action: draft.action }
  const fields = Object.fromEntries(
    Object.entries(draft.fields)
      .map(([name, value]) => [name, value.trim()])
      .filter(([, value]) => value !== ''),
  )
  return {
    action: 'add',
    namespace: draft.namespace.trim(),
    label: draft.label.trim(),
    fields,
    ...(item.providerId === undefined && draft.providerId !== undefined
      ? { providerId: draft.providerId }
      : {}),
  }
}

export interface ItemGroup {
  readonly id: 'decide' | 'new' | 'same' | 'refused'
  readonly title: string
  readonly items: readonly ImportItem[]
}

const GROUPS = [
  ['decide', 'Yours to decide', ['conflict', 'unsure']],
  ['new', 'New', ['new']],
  ['same', 'Already here', ['same']],
  ['refused', 'Cannot be brought in', ['refused']],
] as const satisfies readonly (readonly [ItemGroup['id'], string, readonly ImportItem['state'][]])[]

/** What needs a word first; each group in the source's order. */
export function groupsOf(items: readonly ImportItem[]): readonly ItemGroup[] {
  return GROUPS.map(([id, title, states]) => ({
    id,
    title,
    items: items.filter((item) => states.some((state) => state === item.state)),
  })).filter((group) => group.items.length > 0)
}
