import type { MethodName } from '../../../src/preload/contract.ts'
import type { ImportChoice, ImportItem, ImportResult, ImportSource } from '../../../src/preload/imports.ts'
import { preview } from './import-samples.ts'
import type { Handlers, TwinCore } from './twin.ts'

type ImportMethods = Extract<MethodName, `imports.${string}`> | 'accounts.export'
type Outcome = ImportResult['items'][number]

export function createImportHandlers(core: TwinCore): Pick<Handlers, ImportMethods> {
  const { world, fail } = core
  const read = (source: ImportSource) => {
    if (source.kind === 'berth' && source.passphrase !== 'open sesame')
      fail('wrong_passphrase', 'That passphrase does not open the export.')
    if ('text' in source && source.text?.trim() === '') fail('bad_request', 'There is nothing in it.')
    if ('path' in source && source.path?.includes('missing') === true)
      fail('not_found', `There is no file ${source.path}. Check the path.`)
    return preview(source)
  }
  return {
    'imports.offers': () => world.offers,
    'imports.preview': ({ source }) => {
      const shown = read(source)
      return { ...shown, items: shown.items.map((item) => asNow(item, core)) }
    },
    'imports.apply': ({ source, choices }) => {
      const items = read(source).items.map((item) => take(asNow(item, core), choices[item.id], core))
      const count = (outcome: Outcome['outcome']) => items.filter((one) => one.outcome === outcome).length
      core.emit({ name: 'accounts.changed', payload: world.accounts })
      return {
        added: count('added'),
        replaced: count('replaced'),
        skipped: count('skipped') + count('refused'),
        items,
      }
    },
    'accounts.export': () => {
      core.record({ action: 'vault.exported' })
      return {
        file: btoa('age-encryption.org/v1'),
        name: 'berth-accounts.age',
        accounts: world.accounts.length,
        left: [],
      }
    },
  }
}

/** An item whose secret has come in meanwhile is the same. */
function asNow(item: ImportItem, { world }: TwinCore): ImportItem {
  const here = world.accounts.find(
    (one) => one.preview === item.preview && one.providerId === (item.providerId ?? one.providerId),
  )
  if (item.state === 'refused' || here === undefined) return item
  return { ...item, providerId: here.providerId, state: 'same', existingId: here.id }
}

function take(item: ImportItem, choice: ImportChoice | undefined, core: TwinCore): Outcome {
  const { world } = core
  if (item.state === 'refused' || item.state === 'same')
    return { id: item.id, outcome: item.state === 'same' ? 'skipped' : 'refused', reason: item.reason }
  const action = choice?.action ?? (item.state === 'new' ? 'add' : 'skip')
  const providerId = choice?.providerId ?? item.providerId
  if (action === 'skip' || providerId === undefined) return { id: item.id, outcome: 'skipped' }
  if (action === 'replace' && item.existingId !== undefined) {
    world.accounts = world.accounts.map((one) =>
      one.id === item.existingId ? { ...one, preview: item.preview, state: 'connected' as const } : one,
    )
    return { id: item.id, outcome: 'replaced', accountId: item.existingId }
  }
  const own = world.accounts.filter((one) => one.providerId === providerId)
  const id = `i${Date.now().toString(36)}${item.id}`
  const label = choice?.label ?? item.label
  world.accounts = [
    ...world.accounts,
    {
      id,
      providerId,
      namespace: choice?.namespace ?? item.namespace,
      label,
      type: item.type,
      preview: item.preview,
      fields: { ...item.fields, ...choice?.fields },
      state: 'connected',
      active: own.length === 0,
      position: own.length,
      createdAt: Date.now(),
    },
  ]
  core.record({ action: 'account.imported', providerId, accountId: id, accountLabel: label })
  return { id: item.id, outcome: 'added', accountId: id }
}
