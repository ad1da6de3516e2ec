import { Argument, type Command, InvalidArgumentError } from 'commander'
import {
  type ImportKind,
  type ImportPreview,
  type ImportResult,
  type ImportSource,
  importKind,
} from '../../../preload/imports.ts'
import { BerthError } from '../../errors.ts'
import type { Context } from '../context.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import type { Link } from '../link.ts'
import type { Bind } from '../program.ts'
import { chooseByAsking, chooseByFlags } from './import-choices.ts'
import { readSource } from './import-source.ts'

export interface ImportOptions {
  readonly dryRun?: boolean
  readonly yes?: boolean
  readonly all?: boolean
  readonly replace?: boolean
  readonly provider?: string
}

const KINDS = importKind.options

/** Throws what is shown as wrong use. */
function readKind(text: string): ImportKind {
  const { data } = importKind.safeParse(text)
  if (data !== undefined) return data
  const near = KINDS.filter((kind) => text !== '' && kind.startsWith(text))
  const meant = near.length === 0 ? '' : ` Did you mean ${near.join(' or ')}?`
  throw new InvalidArgumentError(
    `The kinds are ${KINDS.slice(0, -1).join(', ')} and ${KINDS.at(-1)}.${meant}`,
  )
}

function previewWords(context: Context, { source, items, notes }: ImportPreview): string {
  const rows = items.map((item, index) => [
    String(index + 1),
    item.state,
    item.providerId ?? (item.candidates.join(' or ') || '?'),
    item.namespace === '' ? item.label : `${item.namespace}/${item.label}`,
    item.preview,
    item.place,
    item.reason ?? item.note ?? '',
  ])
  const list = context.table(['#', 'STATE', 'PROVIDER', 'ACCOUNT', 'KEY', 'WHERE', ''], rows)
  const found =
    items.length === 0 ? `There is nothing to bring in from ${source}.\n` : `From ${source}:\n${list}`
  return `${found}${notes.map((note) => `${note}\n`).join('')}`
}

function resultWords({ added, replaced, skipped, items }: ImportResult): string {
  const refused = items.filter(({ outcome, reason }) => outcome === 'refused' && reason !== undefined)
  const said = refused.map(({ reason }) => `Refused: ${reason}\n`).join('')
  return `${added} added, ${replaced} replaced, ${skipped} left.\n${said}`
}

async function apply(
  context: Context,
  link: Link,
  source: ImportSource,
  preview: ImportPreview,
  options: ImportOptions,
): Promise<ExitCode> {
  const decided = options.yes === true || options.all === true
  if (!decided && !context.io.interactive) {
    throw new BerthError(
      'bad_request',
      'Nobody can be asked here what to take: say --yes, or --dry-run to look only.',
    )
  }
  const choices = decided
    ? chooseByFlags(preview.items, options)
    : await chooseByAsking(context, preview.items)
  const result = await link.call('imports.apply', { source, choices })
  context.show(result, resultWords)
  return EXIT.ok
}

/** Shows what a source holds, asks what to take unless flags say it, and takes it. */
export async function importFrom(
  context: Context,
  kind: ImportKind,
  file: string | undefined,
  options: ImportOptions,
): Promise<ExitCode> {
  const link = await context.openVault()
  const source = await readSource(context, link, kind, file)
  const preview = await link.call('imports.preview', { source })
  const looksOnly = options.dryRun === true
  if (looksOnly) context.show(preview, (found) => previewWords(context, found))
  else if (!context.json) context.io.err(previewWords(context, preview))
  if (looksOnly) return EXIT.ok
  if (preview.items.length > 0) return apply(context, link, source, preview, options)
  context.show({ added: 0, replaced: 0, skipped: 0, items: [] }, resultWords)
  return EXIT.ok
}

async function offers(context: Context): Promise<ExitCode> {
  const link = await context.link('vault')
  const found = await link.call('imports.offers', {})
  context.show(found, (list) =>
    list.length === 0
      ? 'No other tool with accounts was found here. berth help import shows what can be named.\n'
      : context.table(
          ['KIND', 'NEW', 'WHERE'],
          list.map(({ kind, fresh, path }) => [kind, String(fresh), path ?? '']),
        ),
  )
  return EXIT.ok
}

export function addImportCommand(program: Command, bind: Bind): void {
  program
    .command('import')
    .description(
      'bring in accounts that another tool, a file or an export holds; the source is never changed',
    )
    .addArgument(
      new Argument('[kind]', 'absent: list what is found on this computer')
        .choices(KINDS)
        .argParser(readKind),
    )
    .argument('[file]', "absent: the tool's usual file; - for standard input")
    .option('-n, --dry-run', 'show only')
    .option('-y, --yes', 'take every new account without asking')
    .option('--all', 'the same as --yes')
    .option('--replace', 'also put the keys found in the place of different ones here')
    .option('--provider <provider>', 'of keys whose provider cannot be told')
    .action(
      bind((context, kind: ImportKind | undefined, file: string | undefined, options: ImportOptions) =>
        kind === undefined ? offers(context) : importFrom(context, kind, file, options),
      ),
    )
}
