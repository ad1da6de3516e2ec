import type {
  ImportChoices,
  ImportOffer,
  ImportPreview,
  ImportResult,
  ImportSource,
} from '../../preload/imports.ts'

/** Accounts from other tools, files and exports. Sources are only read. */
export interface Imports {
  offers(): Promise<ImportOffer[]>
  /** Throws `not_found`, `bad_request` or `wrong_passphrase` for a source that cannot be read. */
  preview(source: ImportSource): Promise<ImportPreview>
  /** Reads the source again; items that are not as they were previewed are left. Doing it twice changes nothing more. */
  apply(source: ImportSource, choices: ImportChoices): Promise<ImportResult>
}
