import type { ImportItem } from '../../preload/imports.ts'
import type { Credential } from '../accounts/types.ts'

/**
 * One credential a source holds, as its reader understood it. It has the secret in it and stays inside `imports/`.
 */
export interface Found {
  readonly type: ImportItem['type']
  /** Absent for what is only listed and refused. */
  readonly credential?: Credential
  /** What the preview and the item's id are made of; may be empty for what is refused. */
  readonly secret: string
  /** Absent while it is not known. */
  readonly providerId?: string
  /** Likely providers, likeliest first. */
  readonly candidates: readonly string[]
  readonly namespace: string
  readonly label: string
  /** Fields the source gives to this very account. */
  readonly fields: Readonly<Record<string, string>>
  /** Fields the source has somewhere; those that the provider asks for are taken. */
  readonly variables: ReadonlyMap<string, string>
  /** Where in the source it stands, as a person finds it. */
  readonly place: string
  /** Why it cannot be here, whatever the user chooses. */
  readonly refused?: string
  readonly note?: string
  /** The account's id in an export, and when it was made (milliseconds since the epoch). */
  readonly origin?: { readonly id: string; readonly createdAt: number }
}

/** What a reader makes of a source. No note quotes a secret. */
export interface Reading {
  readonly found: readonly Found[]
  /** What was seen and left, in sentences. */
  readonly notes: readonly string[]
}

const NO_VARIABLES: ReadonlyMap<string, string> = new Map()

/** What most readers leave as it is. */
export const blank = { candidates: [], namespace: '', fields: {}, variables: NO_VARIABLES } as const

/** More than any person has; a file with more is not what it seems. */
export const MOST_ITEMS = 20_000
