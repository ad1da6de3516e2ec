import type { KeyObject } from 'node:crypto'
import type { VaultStatus } from '../../preload/vault.ts'
import { BerthError } from '../errors.ts'
import { openerOf, seal, unseal } from './cipher.ts'
import { context, type Head, makeRecord, type SealedRecord, type VaultDocument } from './document.ts'

/** A part of the file that does not open. It is written back as it was found until the user decides. */
export interface Damage {
  /** The record's id as the file gives it, which may be what is damaged. Undefined where it cannot be read. */
  readonly id?: string
  /** Undefined for a line that is gone altogether. */
  readonly line?: string
}

/** What an open vault holds in memory: its key, and its records, still sealed. */
export interface Opened {
  readonly key: Buffer
  /** The same key, ready to open records. */
  readonly opener: KeyObject
  readonly head: Head
  readonly records: ReadonlyMap<string, SealedRecord>
  readonly damage: readonly Damage[]
  /** Of the file this was read from or written to. */
  readonly fingerprint: string
}

export function openRecord(opener: KeyObject, vaultId: string, { id, version, sealed }: SealedRecord) {
  return unseal(opener, sealed, context(vaultId, 'record', id, version))
}

export function sealRecord(
  { key, head }: Pick<Opened, 'key' | 'head'>,
  id: string,
  version: number,
  secret: string,
): SealedRecord {
  return makeRecord(id, version, seal(key, secret, context(head.id, 'record', id, version)))
}

/** Opens a document with its key. Every record is tried, so that damage shows now and not at the first request. */
export function openDocument(key: Buffer, document: VaultDocument, fingerprint: string): Opened {
  const { head } = document
  const opener = openerOf(key)
  const records = new Map<string, SealedRecord>()
  const damage: Damage[] = document.illegible.map((line) => {
    const id = /^\["([^"\\]{1,200})",/.exec(line)?.[1]
    return id === undefined ? { line } : { id, line }
  })
  for (const record of document.records) {
    const known = records.get(record.id)
    if (openRecord(opener, head.id, record) === undefined || known !== undefined) {
      damage.push({ id: record.id, line: record.line })
    } else records.set(record.id, record)
  }
  for (let gone = 0; gone < document.missing; gone += 1) damage.push({})
  return { key, opener, head, records, damage, fingerprint }
}

/** The lines between the heads: every record, then what does not open, as it was found. */
export function linesOf(opened: Opened): string[] {
  const lines: string[] = []
  for (const record of opened.records.values()) lines.push(record.line)
  for (const { line } of opened.damage) if (line !== undefined) lines.push(line)
  return lines
}

const nameOf = ({ id, line }: Damage): string =>
  id ?? (line === undefined ? 'a record that is gone' : 'a record without a legible name')

export function readyStatus({ head, damage }: Opened): VaultStatus {
  const { keeper } = head
  return {
    state: 'ready',
    keeper: keeper.type,
    ...(keeper.type === 'keychain' && keeper.recovery !== undefined ? { recovery: true as const } : {}),
    ...(damage.length === 0 ? {} : { damaged: damage.map(nameOf) }),
  }
}

export function holdsRecord({ records, damage }: Opened, id: string): 'whole' | 'damaged' | 'none' {
  if (records.has(id)) return 'whole'
  return damage.length === 0 ? 'none' : 'damaged'
}

/** Throws `vault_damaged` for a record that does not open, and for any that may be among those without a name. */
export function readRecord(opened: Opened, id: string): string | undefined {
  const record = opened.records.get(id)
  if (record === undefined) {
    if (opened.damage.length === 0) return undefined
    throw new BerthError(
      'vault_damaged',
      `The vault has ${opened.damage.length === 1 ? 'a damaged record' : 'damaged records'}, and ${id} may be among them. Enter that secret anew, or discard the damaged records in Settings.`,
    )
  }
  const text = openRecord(opened.opener, opened.head.id, record)
  if (text !== undefined) return text
  throw new BerthError('vault_damaged', `The vault record ${id} does not open. Restart Berth.`)
}

/**
 * The vault with one record added, replaced, or (without a secret) taken away; undefined when nothing changes. What was
 * damaged under that id is thereby replaced.
 */
export function withRecord(opened: Opened, id: string, secret: string | undefined): Opened | undefined {
  const known = opened.records.get(id)
  const damage = opened.damage.filter((one) => one.id !== id)
  if (secret === undefined && known === undefined && damage.length === opened.damage.length) return undefined
  const records = new Map(opened.records)
  if (secret === undefined) records.delete(id)
  else records.set(id, sealRecord(opened, id, (known?.version ?? 0) + 1, secret))
  return { ...opened, records, damage }
}
