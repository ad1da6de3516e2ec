import type { ImportKind, ImportSource } from '../../../../preload/imports.ts'

/** The sources one can choose from, and what each wants to be told. */
export interface SourceKind {
  readonly kind: ImportKind
  readonly title: string
  /** What it is, in one line. */
  readonly line: string
  /**
   * `file`: a path, or a file's text. `path`: only a path, for it is read in place. `text`: typed or pasted. `sealed`: a
   * file with its passphrase. `nothing`: it is read as it is.
   */
  readonly wants: 'file' | 'path' | 'text' | 'sealed' | 'nothing'
  /** Where the tool keeps its file; then the path may be left empty. */
  readonly usual?: string
  readonly example?: string
}

export const sourceKinds: readonly SourceKind[] = [
  {
    kind: 'opencode',
    title: 'OpenCode’s auth.json',
    line: 'The keys and logins that OpenCode on this machine keeps.',
    wants: 'file',
    usual: '~/.local/share/opencode/auth.json',
  },
  {
    kind: 'env-file',
    title: '.env file',
    line: 'Lines of NAME=value; names that belong to a provider become accounts.',
    wants: 'file',
    example: '/home/you/projects/atlas-api/.env',
  },
  {
    kind: 'environment',
    title: 'Environment',
    line: 'The variables that Berth was started with.',
    wants: 'nothing',
  },
  {
    kind: 'doce',
    title: 'doce.dev database',
    line: 'Its SQLite file, with the OpenRouter key and the provider connections in it.',
    wants: 'path',
    example: '/home/you/doce/data/db.sqlite',
  },
  {
    kind: 'anthropic-accounts',
    title: 'Anthropic multi-account plugin',
    line: 'The accounts file of the OpenCode plugin. Claude subscription logins stay where they are.',
    wants: 'file',
    usual: '~/.config/opencode/anthropic-accounts.json',
  },
  {
    kind: 'claude-code-router',
    title: 'claude-code-router',
    line: 'Its config.json, with the providers it routes to and their keys.',
    wants: 'file',
    usual: '~/.claude-code-router/config.json',
  },
  {
    kind: 'keys',
    title: 'Paste keys',
    line: 'One a line, with a name before it if you like. Berth guesses the provider, or asks.',
    wants: 'text',
  },
  {
    kind: 'berth',
    title: 'Berth export',
    line: 'An .age file that Berth has written, opened with its passphrase.',
    wants: 'sealed',
    example: '/home/you/berth-accounts.age',
  },
]

export function sourceKind(kind: ImportKind): SourceKind {
  const found = sourceKinds.find((one) => one.kind === kind)
  if (found === undefined) throw new Error(`there is no source ${kind}`)
  return found
}

export const isImportKind = (value: string): value is ImportKind =>
  sourceKinds.some((one) => one.kind === value)

/** A file that was dropped or chosen in the page; its content leaves the window only towards Berth. */
export interface ChosenFile {
  readonly name: string
  readonly size: number
  /** Text, or base64 for a sealed file. */
  readonly content: string
}

export interface ImportForm {
  readonly path: string
  readonly text: string
  readonly file: ChosenFile | undefined
  readonly passphrase: string
}

export type FormField = 'path' | 'text' | 'passphrase'
export interface FormProblem {
  readonly field: FormField
  readonly message: string
}

/** The source a form describes, or what it still lacks. */
export function sourceOf(kind: ImportKind, form: ImportForm): ImportSource | FormProblem {
  const path = form.path.trim()
  const { wants, usual } = sourceKind(kind)
  if (kind === 'environment') return { kind }
  if (kind === 'keys')
    return form.text.trim() === ''
      ? { field: 'text', message: 'Paste at least one key.' }
      : { kind, text: form.text }
  if (form.file === undefined && path === '' && usual === undefined)
    return {
      field: 'path',
      message: wants === 'path' ? 'Name the database’s path.' : 'Name a path, or drop the file here.',
    }
  if (kind === 'doce') return { kind, path }
  if (kind === 'berth') {
    if (form.passphrase === '') return { field: 'passphrase', message: 'The export’s passphrase is needed.' }
    const { passphrase } = form
    return form.file === undefined
      ? { kind, path, passphrase }
      : { kind, file: form.file.content, passphrase }
  }
  if (form.file !== undefined) return { kind, text: form.file.content }
  return path === '' ? { kind } : { kind, path }
}

export const isProblem = (value: ImportSource | FormProblem): value is FormProblem => 'field' in value

/** Where an answer's error belongs on the form. */
export function fieldOfError(kind: ImportKind, code: string): FormField | undefined {
  if (code === 'wrong_passphrase') return 'passphrase'
  const { wants } = sourceKind(kind)
  if (code !== 'bad_request' && code !== 'not_found') return undefined
  if (wants === 'text') return 'text'
  return wants === 'nothing' ? undefined : 'path'
}

/** What the contract takes at most: characters of text, and of base64. */
const MAX_TEXT = 4_000_000
const MAX_SEALED = 12_000_000

/** Why a file is not read at all, judged by its size alone. */
export function tooLarge(kind: ImportKind, name: string, size: number): string | undefined {
  const most = kind === 'berth' ? MAX_SEALED : MAX_TEXT
  if (size <= most) return undefined
  return `${name} is larger than ${most / 1_000_000} MB. That is no file of accounts; choose another.`
}
