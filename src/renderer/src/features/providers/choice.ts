import type { Account, Pin } from '../../../../preload/accounts.ts'
import type { Project } from '../../../../preload/shapes.ts'
import { accountName, isUsable } from './account-names.ts'

export type Asking = Pick<Project, 'providerId' | 'modelId' | 'accountId'> & { readonly id?: string }

/** How narrowly an account was chosen; `active` is no choice of its own. */
export type ChosenBy = 'project-model' | 'project' | 'model' | 'active'

export interface Choice {
  readonly account: Account | undefined
  readonly by: ChosenBy
  /** Pinned more narrowly, and passed over because it cannot be used. */
  readonly passedOver: readonly { readonly account: Account; readonly by: ChosenBy }[]
}

/** Where the account of a project's own model comes from: the narrowest pin that can be used, else the active one. */
export function choiceOf(project: Asking, accounts: readonly Account[], pins: readonly Pin[]): Choice {
  const passedOver: { account: Account; by: ChosenBy }[] = []
  for (const [by, id] of pinnedIds(project, pins)) {
    const account = accounts.find((one) => one.id === id && one.providerId === project.providerId)
    if (account === undefined) continue
    if (isUsable(account)) return { account, by, passedOver }
    passedOver.push({ account, by })
  }
  const active = accounts.find((one) => one.providerId === project.providerId && one.active)
  return { account: active, by: 'active', passedOver }
}

/** The account a project would use if it were pinned to this one, or to none: what a form shows before it is saved. */
export function choiceAs(
  project: Asking,
  accountId: string | undefined,
  accounts: readonly Account[],
  pins: readonly Pin[],
): Choice {
  const { accountId: _before, ...asking } = project
  const others = pins.filter(
    (pin) => project.id === undefined || pin.projectId !== project.id || pin.modelId !== undefined,
  )
  return choiceOf(accountId === undefined ? asking : { ...asking, accountId }, accounts, others)
}

function pinnedIds(
  project: Asking,
  pins: readonly Pin[],
): readonly (readonly [by: ChosenBy, accountId: string | undefined])[] {
  const at = (projectId: string | undefined, modelId: string | undefined) =>
    pins.find(
      (pin) =>
        pin.providerId === project.providerId && pin.projectId === projectId && pin.modelId === modelId,
    )?.accountId
  const own = project.id === undefined ? undefined : at(project.id, undefined)
  return [
    ['project-model', project.id === undefined ? undefined : at(project.id, project.modelId)],
    ['project', own ?? project.accountId],
    ['model', at(undefined, project.modelId)],
  ]
}

export interface Names {
  readonly provider: string
  readonly model: string
}

const WHY: Readonly<Record<ChosenBy, (names: Names) => string>> = {
  'project-model': ({ model }) => `pinned for ${model} in this project`,
  project: () => 'pinned for this project',
  model: ({ model }) => `pinned for ${model} in every project`,
  active: ({ provider }) => `the active account of ${provider}`,
}

/** Why the account is used: one sentence, and one more for each pin that is passed over. */
export function reasonOf({ account, by, passedOver }: Choice, names: Names): string {
  const over = passedOver.map(
    (one) =>
      `${accountName(one.account)} is ${WHY[one.by](names)}, but is ${one.account.state}, so it is passed over.`,
  )
  const now =
    account === undefined
      ? `${names.provider} has no account that can be used.`
      : `${accountName(account)} is ${WHY[by](names)}${isUsable(account) ? '' : `, but is ${account.state}, so no request can be sent`}.`
  return [now, ...over].join(' ')
}
