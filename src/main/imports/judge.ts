import type { ImportChoice, ImportItem } from '../../preload/imports.ts'
import { previewOf } from '../accounts/key.ts'
import type { Credential } from '../accounts/types.ts'
import type { Catalog } from '../catalog/types.ts'
import { BerthError } from '../errors.ts'
import type { Directory } from './directory.ts'
import type { Found } from './found.ts'

/** How a found credential stands to the accounts there are. Nothing is written here. */

export interface JudgeDeps {
  readonly directory: Directory
  readonly catalog: Catalog
}

/** The item with what the user said about it. */
export function withChoice(found: Found, choice: ImportChoice | undefined): Found {
  if (choice === undefined) return found
  const { providerId, namespace, label, fields } = choice
  const isMoved = providerId !== undefined && providerId !== found.providerId
  return {
    ...found,
    ...(providerId === undefined ? {} : { providerId }),
    ...(namespace === undefined ? {} : { namespace }),
    ...(label === undefined ? {} : { label }),
    ...(fields === undefined ? {} : { fields }),
    // The tokens of a login say nothing to anybody but their own provider.
    ...(isMoved && found.type === 'oauth' && found.refused === undefined
      ? { refused: 'A login works with its own provider only.' }
      : {}),
  }
}

/** The fields an account of the provider gets: those given, else those the source has somewhere. */
export function fieldsFor(found: Found, catalog: Catalog): Record<string, string> {
  const given = Object.entries(found.fields).filter(([, value]) => value !== '')
  if (found.providerId === undefined) return Object.fromEntries(given)
  const asked = catalog.provider(found.providerId).fields
  const seen = asked.flatMap(({ name }) => {
    const value = found.variables.get(name)
    return value === undefined ? [] : [[name, value] as const]
  })
  return Object.fromEntries([...seen, ...given])
}

type Verdict = Pick<ImportItem, 'state' | 'existingId' | 'reason'>

function verdictOf({ directory, catalog }: JudgeDeps, found: Found, credential: Credential): Verdict {
  const holder = directory.holder(found.providerId, credential)
  if (holder !== undefined) return { state: holder.isSame ? 'same' : 'conflict', existingId: holder.id }
  if (found.providerId === undefined) return { state: 'unsure' }
  const { unsupported: reason } = catalog.provider(found.providerId)
  if (reason !== undefined) return { state: 'refused', reason }
  const rival = directory.rival(found)
  if (rival === undefined) return { state: 'new' }
  // An account whose secret is lost takes it back: that is what an export is for.
  return { state: directory.hasSecret(rival) ? 'conflict' : 'new', existingId: rival }
}

const joinNotes = (...notes: (string | undefined)[]): string =>
  notes.filter((note) => note !== undefined).join(' ')

/** The item as it is shown. Throws nothing a `BerthError` says about one item: that is the reason it is refused. */
export function judge(deps: JudgeDeps, id: string, found: Found): ImportItem {
  const { providerId, candidates, namespace, label, type, place, note, credential } = found
  const item = {
    id,
    ...(providerId === undefined ? {} : { providerId }),
    candidates: providerId === undefined ? [...new Set(candidates)] : [],
    namespace,
    label,
    type,
    preview: previewOf(found.secret),
    place,
    ...(note === undefined ? {} : { note }),
  }
  if (found.refused !== undefined || credential === undefined) {
    const reason = found.refused ?? 'There is no credential in it.'
    return { ...item, fields: { ...found.fields }, state: 'refused', reason }
  }
  try {
    const fields = fieldsFor(found, deps.catalog)
    const verdict = verdictOf(deps, found, credential)
    // Not refused: what is missing can still be filled in.
    const wanting =
      providerId === undefined || verdict.state !== 'new' || verdict.existingId !== undefined
        ? undefined
        : deps.catalog.fieldsProblem(providerId, fields)
    return {
      ...item,
      fields,
      ...verdict,
      ...(wanting === undefined ? {} : { note: joinNotes(note, wanting) }),
    }
  } catch (error) {
    if (!(error instanceof BerthError)) throw error
    return { ...item, fields: { ...found.fields }, state: 'refused', reason: error.message }
  }
}
