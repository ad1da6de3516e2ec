import type { Account } from '../../preload/accounts.ts'
import type { ImportKind } from '../../preload/imports.ts'
import { nameOf } from '../accounts/resolve.ts'
import type { Failed, Note, Recorded } from './audit-recorded.ts'
import { type Act, accountIn, changedNames, ofAccount, projectIn, type World } from './audit-world.ts'

type Own = Extract<Recorded, `${'accounts' | 'pins' | 'imports' | 'providers'}.${string}`>

const SOURCES: Readonly<Record<ImportKind, string>> = {
  opencode: 'From OpenCode.',
  'env-file': 'From an .env file.',
  environment: 'From the environment.',
  doce: 'From doce.dev.',
  'anthropic-accounts': 'From the Anthropic accounts plugin.',
  'claude-code-router': 'From claude-code-router.',
  keys: 'From a list of keys.',
  berth: 'From an export of Berth.',
}

const was = ({ accounts }: World, id: string): Account | undefined => accounts.find((one) => one.id === id)

const one = (action: Act['action'], account: Parameters<typeof ofAccount>[0], detail?: string): Act[] => [
  { action, ...ofAccount(account), ...(detail === undefined ? {} : { detail }) },
]

/** Where a pin holds, in words. */
function placeOf(world: World, place: { projectId?: string | undefined; modelId?: string | undefined }) {
  return {
    ...(place.projectId === undefined ? {} : projectIn(world, place.projectId)),
    ...(place.modelId === undefined ? {} : { detail: `For the model ${place.modelId}.` }),
  }
}

const order = (accounts: readonly Account[], providerId: string): string =>
  accounts
    .filter((account) => account.providerId === providerId)
    .sort((a, b) => a.position - b.position)
    .map(nameOf)
    .join(', ')

/** What is done with accounts, pins and custom providers. */
export const accountNotes: { readonly [M in Own]: Note<M> } = {
  'providers.saveCustom': ({ output }) => [
    { action: 'provider.saved', providerId: output.id, detail: output.name },
  ],
  'providers.removeCustom': ({ input: { providerId }, before }) => [
    { action: 'provider.removed', providerId, detail: before.custom.get(providerId) ?? providerId },
  ],
  'accounts.add': ({ output }) => one('account.added', output),
  'accounts.rename': ({ output, before }) => {
    const old = was(before, output.id)
    if (old !== undefined && nameOf(old) === nameOf(output)) return []
    return one('account.renamed', output, old && `It was ${nameOf(old)}.`)
  },
  'accounts.setFields': ({ output, before }) => {
    const names = changedNames(was(before, output.id)?.fields ?? {}, output.fields)
    return names === '' ? [] : one('account.fields_changed', output, names)
  },
  'accounts.replaceKey': ({ output }) => one('account.key_replaced', output),
  'accounts.activate': ({ output, before }) =>
    was(before, output.id)?.active === true ? [] : one('account.activated', output),
  'accounts.setEnabled': ({ input, output, before }) => {
    const same = (was(before, output.id)?.state !== 'disabled') === input.enabled
    return same ? [] : one(input.enabled ? 'account.enabled' : 'account.disabled', output)
  },
  'accounts.reorder': ({ input: { providerId }, before, output }) => {
    const now = order(output, providerId)
    if (now === order(before.accounts, providerId)) return []
    return [{ action: 'account.reordered', providerId, detail: now }]
  },
  'accounts.remove': ({ input, before }) => [
    { action: 'account.removed', ...accountIn(before, input.accountId) },
  ],
  'accounts.check': ({ input, output, before }) => [
    {
      action: 'account.checked',
      ...accountIn(before, input.accountId),
      detail: `${output.verdict}: ${output.message}`,
    },
  ],
  'accounts.export': ({ output }) => [
    {
      action: 'vault.exported',
      detail: output.accounts === 1 ? '1 account.' : `${output.accounts} accounts.`,
    },
  ],
  'pins.set': ({ input, before }) => [
    { action: 'pin.set', ...accountIn(before, input.accountId), ...placeOf(before, input) },
  ],
  'pins.remove': ({ input, before }) => {
    const { providerId, projectId, modelId } = input
    const pin = before.pins.find(
      (each) => each.providerId === providerId && each.projectId === projectId && each.modelId === modelId,
    )
    if (pin === undefined) return []
    return [{ action: 'pin.removed', ...accountIn(before, pin.accountId), ...placeOf(before, input) }]
  },
  'imports.apply': ({ input, output, before, after }) => {
    const source = SOURCES[input.source.kind]
    return output.items.flatMap(({ outcome, accountId }): Act[] => {
      if (accountId === undefined || (outcome !== 'added' && outcome !== 'replaced')) return []
      const detail = was(before, accountId) === undefined ? source : `Its key was replaced. ${source}`
      return [{ action: 'account.imported', ...accountIn(after, accountId), detail }]
    })
  },
}

/** What calls that failed half way have done by then. */
export const accountFailures: { readonly [M in Own]?: Failed<M> } = {
  'accounts.remove': ({ input, before, after }) =>
    was(before, input.accountId) !== undefined && was(after, input.accountId) === undefined
      ? [{ action: 'account.removed', ...accountIn(before, input.accountId) }]
      : [],
  'imports.apply': ({ input, before, after }) =>
    after.accounts
      .filter(({ id }) => was(before, id) === undefined)
      .flatMap((account) => one('account.imported', account, SOURCES[input.source.kind])),
}
