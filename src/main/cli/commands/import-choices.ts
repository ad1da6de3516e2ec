import type { ImportChoice, ImportChoices, ImportItem } from '../../../preload/imports.ts'
import type { Context } from '../context.ts'
import { plain } from '../io.ts'
import type { ImportOptions } from './import.ts'

const SKIP: ImportChoice = { action: 'skip' }

/** What flags decide about one item: without `--replace` and `--provider` only new ones are taken. */
function byFlags({ state }: ImportItem, { replace, provider }: ImportOptions): ImportChoice {
  if (state === 'new') return { action: 'add' }
  if (state === 'conflict' && replace === true) return { action: 'replace' }
  if (state === 'unsure' && provider !== undefined) return { action: 'add', providerId: provider }
  return SKIP
}

export function chooseByFlags(items: readonly ImportItem[], options: ImportOptions): ImportChoices {
  return Object.fromEntries(items.map((item) => [item.id, byFlags(item, options)]))
}

const isYes = (text: string): boolean => /^y(es)?$/i.test(text.trim())

async function byAsking({ io }: Context, item: ImportItem, number: number): Promise<ImportChoice> {
  const name = `${number}. ${item.namespace === '' ? '' : `${item.namespace}/`}${item.label} (${item.preview})`
  const ask = (question: string) => io.ask(`${plain(name)}: ${question} `)
  switch (item.state) {
    case 'new':
      return isYes(await ask(`add to ${item.providerId}? [y/N]`)) ? { action: 'add' } : SKIP
    case 'conflict':
      return isYes(await ask('another key has this name here; replace it? [y/N]'))
        ? { action: 'replace' }
        : SKIP
    case 'unsure': {
      const hint = item.candidates.length === 0 ? '' : ` (${item.candidates.join(', ')})`
      const providerId = (await ask(`which provider${hint}? Enter leaves it:`)).trim()
      return providerId === '' ? SKIP : { action: 'add', providerId }
    }
    default:
      return SKIP
  }
}

/** Asks about each item that something can be done with. */
export async function chooseByAsking(context: Context, items: readonly ImportItem[]): Promise<ImportChoices> {
  const choices: ImportChoices = {}
  for (const [index, item] of items.entries()) {
    choices[item.id] = await byAsking(context, item, index + 1)
  }
  return choices
}
