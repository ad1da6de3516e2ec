import { basename, dirname } from 'node:path'
import type { ImportKind, ImportSource } from '../../preload/imports.ts'
import { secretsOf } from '../accounts/credential.ts'
import { type ExportedAccount, readExport } from '../accounts/export-file.ts'
import { BerthError } from '../errors.ts'
import { LARGEST_FILE, openAgeFile } from '../vault/age-file.ts'
import { readAnthropicAccounts } from './anthropic-accounts.ts'
import { readRouterConfig } from './claude-code-router.ts'
import { readDoce } from './doce.ts'
import { readDoceTables } from './doce-repo.ts'
import { readEnvFile } from './env-file.ts'
import { blank, type Found, type Reading } from './found.ts'
import type { Guide } from './guide.ts'
import { keyProblem } from './key-check.ts'
import { readKeyList } from './key-list.ts'
import { shownName } from './names.ts'
import { readOpenCode } from './opencode.ts'
import { usualFiles, type Where } from './places.ts'
import { decodeText, readBytes, readText, wholePath } from './read-file.ts'
import { withDatabase } from './sqlite-file.ts'
import { readEnvironment } from './variables.ts'

export interface SourceDeps extends Where {
  /** For copies that last as long as one reading. */
  readonly scratchDir: string
}

/** A source as it was read: `name` as a person says it. */
export interface ReadSource extends Reading {
  readonly name: string
}

type TextSource = Extract<ImportSource, { text?: string | undefined }>

async function firstOf(kind: ImportKind, files: readonly string[]): Promise<{ path: string; text: string }> {
  for (const path of files) {
    try {
      return { path, text: await readText(path) }
    } catch (error) {
      if (!(error instanceof BerthError) || error.code !== 'not_found') throw error
    }
  }
  const [usual] = files
  throw usual === undefined
    ? new BerthError('bad_request', 'Choose a file to import from, or paste what is in it.')
    : new BerthError('not_found', `There is no ${usual}. Choose the file that ${kind} uses here.`)
}

async function textOf(source: TextSource, deps: SourceDeps): Promise<{ path?: string; text: string }> {
  if (source.text !== undefined) {
    return { text: decodeText(Buffer.from(source.text.replace(/^\uFEFF/, ''), 'utf8'), 'The pasted text') }
  }
  if (source.path === undefined) return firstOf(source.kind, usualFiles(source.kind, deps))
  const path = wholePath(source.path, deps.home)
  return { path, text: await readText(path) }
}

/** A `.env` file has the name of the folder it is in. */
function labelOf(path: string | undefined): string | undefined {
  const folder = path === undefined ? '' : basename(dirname(path))
  const name = shownName(folder, '')
  return name === '' ? undefined : `${name} .env`
}

async function readTextSource(source: TextSource, guide: Guide, deps: SourceDeps): Promise<ReadSource> {
  const { path, text } = await textOf(source, deps)
  const name = path ?? 'the pasted text'
  const what = path ?? 'The pasted text'
  switch (source.kind) {
    case 'opencode':
      return { name, ...readOpenCode(text, what, guide) }
    case 'env-file':
      return { name, ...readEnvFile(text, guide, labelOf(path)) }
    case 'anthropic-accounts':
      return { name, ...readAnthropicAccounts(text, what) }
    case 'claude-code-router':
      return { name, ...readRouterConfig(text, what, { guide, env: deps.env }) }
    case 'keys':
      return { name, ...readKeyList(text, guide) }
  }
}

function fromExport(account: ExportedAccount, index: number): Found {
  const { id, providerId, namespace, label, fields, createdAt, secret } = account
  const { accountId, ...rest } = secret.type === 'oauth' ? secret : { ...secret, accountId: undefined }
  const refused = secret.type === 'api' ? keyProblem(secret.key) : undefined
  return {
    ...blank,
    type: secret.type,
    providerId,
    namespace,
    label,
    fields,
    credential: { ...rest, ...(accountId === undefined ? {} : { accountId }) },
    secret: secretsOf(secret)[0] ?? '',
    place: `account ${index + 1}`,
    origin: { id, createdAt },
    ...(refused === undefined ? {} : { refused }),
  }
}

async function readBerth(
  source: Extract<ImportSource, { kind: 'berth' }>,
  deps: SourceDeps,
): Promise<ReadSource> {
  const { path, file, passphrase } = source
  const whole = path === undefined ? undefined : wholePath(path, deps.home)
  if (whole === undefined && file === undefined) {
    throw new BerthError('bad_request', 'Choose an export of Berth to import.')
  }
  const bytes = whole === undefined ? Buffer.from(file ?? '', 'base64') : await readBytes(whole, LARGEST_FILE)
  const accounts = readExport(await openAgeFile(passphrase, bytes))
  return { name: whole ?? 'the chosen export', found: accounts.map(fromExport), notes: [] }
}

/** Reads a source; it is never changed. Throws `not_found`, `bad_request` or `wrong_passphrase`. */
export async function readSource(source: ImportSource, guide: Guide, deps: SourceDeps): Promise<ReadSource> {
  switch (source.kind) {
    case 'environment':
      return { name: 'the environment', ...readEnvironment(source.variables ?? deps.env, guide) }
    case 'doce': {
      const path = wholePath(source.path, deps.home)
      const tables = await withDatabase(path, deps.scratchDir, (location) => readDoceTables(location, path))
      return { name: path, ...readDoce(tables, path, guide) }
    }
    case 'berth':
      return readBerth(source, deps)
    default:
      return readTextSource(source, guide, deps)
  }
}
