import type { Account, ConnectionCheck, Pin } from '../../../src/preload/accounts.ts'
import type { MethodName } from '../../../src/preload/contract.ts'
import { checkOf, verdictOf } from './checks.ts'
import type { Handlers, TwinCore } from './twin.ts'

type AccountMethods = Exclude<
  Extract<MethodName, `accounts.${string}` | `pins.${string}`>,
  'accounts.export' | 'accounts.quota'
>

type Kit = ReturnType<typeof createKit>

function createKit({ world, emit, fail }: TwinCore) {
  const find = (id: string): Account =>
    world.accounts.find((one) => one.id === id) ?? fail('not_found', 'There is no such account.')
  const put = (accounts: Account[]) => {
    world.accounts = accounts.toSorted((a, b) => a.position - b.position)
    emit({ name: 'accounts.changed', payload: world.accounts })
  }
  const change = (id: string, next: Partial<Account>): Account => {
    const { lastError: _lastError, ...old } = find(id)
    const account = { ...old, ...next }
    put(world.accounts.map((one) => (one.id === id ? account : one)))
    return account
  }
  const free = (providerId: string, label: string, own?: string) => {
    const taken = world.accounts.some(
      (one) => one.providerId === providerId && one.label === label && one.id !== own,
    )
    if (taken) fail('conflict', `There is an account called ${label} already. Give it another name.`)
  }
  return { find, put, change, free }
}

export function createAccountHandlers(core: TwinCore): Pick<Handlers, AccountMethods> {
  const kit = createKit(core)
  return { ...changing(core, kit), ...ordering(core, kit), ...testing(core, kit), ...pinning(core, kit) }
}

type Changing = `accounts.${'list' | 'add' | 'rename' | 'setFields' | 'replaceKey' | 'remove'}`

function changing({ world, record }: TwinCore, { find, put, change, free }: Kit): Pick<Handlers, Changing> {
  return {
    'accounts.list': () => world.accounts,
    'accounts.add': ({ key, ...input }) => {
      free(input.providerId, input.label)
      const own = world.accounts.filter((one) => one.providerId === input.providerId)
      const account: Account = {
        ...input,
        id: `a${world.accounts.length + 10}`,
        type: 'api',
        preview: `…${key.slice(-4)}`,
        state: 'connected',
        active: own.length === 0,
        position: own.length,
        createdAt: Date.now(),
      }
      put([...world.accounts, account])
      record({ action: 'account.added', accountId: account.id, accountLabel: account.label })
      return account
    },
    'accounts.rename': ({ accountId, ...next }) => {
      free(find(accountId).providerId, next.label, accountId)
      return change(accountId, next)
    },
    'accounts.setFields': ({ accountId, fields }) => change(accountId, { fields }),
    'accounts.replaceKey': ({ accountId, key }) =>
      change(accountId, { preview: `…${key.slice(-4)}`, state: 'connected' }),
    'accounts.remove': ({ accountId }) => {
      put(world.accounts.filter((one) => one.id !== accountId))
      return null
    },
  }
}

function ordering(
  { world, fail }: TwinCore,
  { find, put, change }: Kit,
): Pick<Handlers, 'accounts.activate' | 'accounts.setEnabled' | 'accounts.reorder'> {
  return {
    'accounts.activate': ({ accountId }) => {
      const { providerId } = find(accountId)
      put(
        world.accounts.map((one) =>
          one.providerId === providerId ? { ...one, active: one.id === accountId } : one,
        ),
      )
      return find(accountId)
    },
    'accounts.setEnabled': ({ accountId, enabled }) => {
      const account = change(accountId, { state: enabled ? 'connected' : 'disabled' })
      const next = world.accounts.find(
        (one) => one.providerId === account.providerId && one.state !== 'disabled',
      )
      if (enabled || !account.active) return account
      put(
        world.accounts.map((one) =>
          one.providerId === account.providerId ? { ...one, active: one.id === next?.id } : one,
        ),
      )
      return find(accountId)
    },
    'accounts.reorder': ({ providerId, accountIds }) => {
      const own = world.accounts.filter((one) => one.providerId === providerId)
      if (own.length !== accountIds.length) fail('bad_request', 'Name every account of the provider, once.')
      put(
        world.accounts.map((one) =>
          one.providerId === providerId ? { ...one, position: accountIds.indexOf(one.id) } : one,
        ),
      )
      return world.accounts.filter((one) => one.providerId === providerId)
    },
  }
}

function testing(
  _core: TwinCore,
  { find, change }: Kit,
): Pick<Handlers, 'accounts.check' | 'accounts.checkKey'> {
  const keep = (account: Account, check: ConnectionCheck) => {
    const bad = ['wrong_key', 'expired', 'revoked'].includes(check.verdict)
    change(account.id, {
      state: bad ? 'error' : account.state === 'disabled' ? 'disabled' : 'connected',
      ...(bad ? { lastError: check.message } : {}),
      ...(check.identity === undefined ? {} : { identity: check.identity }),
      checkedAt: Date.now(),
    })
    return check
  }
  return {
    'accounts.check': async ({ accountId }) => {
      const account = find(accountId)
      await checkOf('')
      return keep(account, verdictOf(account.state === 'error' ? 'wrong_key' : 'good'))
    },
    'accounts.checkKey': ({ key }) => checkOf(key),
  }
}

const samePlace = (a: Pick<Pin, 'projectId' | 'modelId'>, b: Pick<Pin, 'projectId' | 'modelId'>) =>
  a.projectId === b.projectId && a.modelId === b.modelId

function pinning(core: TwinCore, { find }: Kit): Pick<Handlers, Extract<MethodName, `pins.${string}`>> {
  const { world, emit } = core
  const put = (pins: Pin[], projectId: string | undefined) => {
    world.pins = pins
    emit({ name: 'pins.changed', payload: pins })
    const project = world.projects.find((one) => one.id === projectId)
    if (project === undefined) return pins
    const { accountId: _accountId, ...bare } = project
    const own = pins.find((pin) => pin.projectId === projectId && pin.modelId === undefined)
    core.put(bare, own === undefined ? {} : { accountId: own.accountId })
    return pins
  }
  return {
    'pins.list': () => world.pins,
    'pins.set': ({ accountId, projectId, modelId }) => {
      const { providerId } = find(accountId)
      if (projectId === undefined && modelId === undefined)
        core.fail('bad_request', 'Name a project, a model, or both.')
      const pin: Pin = {
        providerId,
        accountId,
        ...(projectId === undefined ? {} : { projectId }),
        ...(modelId === undefined ? {} : { modelId }),
      }
      const others = world.pins.filter((one) => one.providerId !== providerId || !samePlace(one, pin))
      return put([...others, pin], projectId)
    },
    'pins.remove': ({ providerId, ...place }) =>
      put(
        world.pins.filter((one) => one.providerId !== providerId || !samePlace(one, place)),
        place.projectId,
      ),
  }
}
