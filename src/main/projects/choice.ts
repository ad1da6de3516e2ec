import type { Account } from '../../preload/accounts.ts'
import type { ParsedInput } from '../../preload/contract.ts'
import type { Provider } from '../../preload/shapes.ts'
import { usable } from '../accounts/resolve.ts'
import { BerthError } from '../errors.ts'
import { plainPath } from './folders.ts'
import type { ProjectChoice, ProjectRepo, ProjectRow } from './project-repo.ts'
import type { ProjectsDeps } from './types.ts'

type ChoiceDeps = Pick<
  ProjectsDeps,
  'accounts' | 'catalog' | 'runtimes' | 'defaultImage' | 'defaultEgress'
> & {
  readonly rows: ProjectRepo
}

/** The pin that is wanted: null for none, undefined for the one there is. */
interface Pinning {
  readonly projectId?: string
  readonly accountId: string | null | undefined
}

/** Throws `conflict` when another project has the name already. */
export function checkName({ rows }: Pick<ChoiceDeps, 'rows'>, name: string, self?: string): void {
  const other = rows.findByName(name)
  if (other === undefined || other.id === self) return
  throw new BerthError('conflict', `There is a project named ${other.name} already. Choose another name.`)
}

/** The account to pin. Throws `not_found`, and `bad_request` for one of another provider. */
function accountToPin({ accounts }: ChoiceDeps, provider: Provider, accountId: string): Account {
  const account = accounts.get(accountId)
  if (account.providerId === provider.id) return account
  throw new BerthError(
    'bad_request',
    `The account ${account.label} is one of ${account.providerId}, not of ${provider.name}. Choose one of ${provider.name}.`,
  )
}

/** The account that would serve the choice. A custom provider may want none. Throws `no_credential`. */
function accountServing(
  deps: ChoiceDeps,
  provider: Provider,
  { modelId }: ProjectChoice,
  { projectId, accountId }: Pinning,
): Account | undefined {
  const pinned = accountId ? accountToPin(deps, provider, accountId) : undefined
  if (pinned !== undefined && usable(pinned)) return pinned
  try {
    // A pin that is being taken away has no say.
    const place = accountId === null ? { modelId } : { projectId, modelId }
    return deps.accounts.resolve(provider.id, place).account
  } catch (error) {
    const none = error instanceof BerthError && error.code === 'no_credential'
    if (none && provider.custom) return undefined
    throw error
  }
}

/**
 * Provider and model are in the catalog, and an account can serve them, in the way the key is to be given: a login is
 * never put into a project, where it could be copied.
 */
function checkServing(deps: ChoiceDeps, choice: ProjectChoice, pinning: Pinning): void {
  const provider = deps.catalog.provider(choice.providerId)
  deps.catalog.model(choice.providerId, choice.modelId)
  const account = accountServing(deps, provider, choice, pinning)
  if (choice.delivery !== 'direct' || account === undefined || account.type === 'api') return
  throw new BerthError(
    'bad_request',
    `The account ${account.label} of ${provider.name} is a login, and only keys can be given to a project directly. Choose an account with a key, or let ${choice.name} use the gateway.`,
  )
}

function imageFor(
  { defaultImage }: ChoiceDeps,
  runtime: ProjectChoice['runtime'],
  image: string | undefined,
): string | undefined {
  return runtime === 'docker' ? (image ?? defaultImage()) : undefined
}

/** What a new project will be. Throws what `Projects.create` throws; nothing is made. */
export async function chooseNew(
  deps: ChoiceDeps,
  input: ParsedInput<'projects.create'>,
): Promise<ProjectChoice> {
  const { name, providerId, modelId, runtime, accountId, delivery } = input
  checkName(deps, name)
  const image = imageFor(deps, runtime, input.image)
  const egress = input.egress ?? deps.defaultEgress()
  const folder = plainPath(input.folder)
  const choice = { name, folder, providerId, modelId, runtime, image, delivery, egress }
  checkServing(deps, choice, { accountId })
  await deps.runtimes[runtime].checkFolder(choice.folder)
  return choice
}

/** What a project will be after a change. Checks only what is changed, so that a name can be mended offline. */
export async function chooseChange(
  deps: ChoiceDeps,
  row: ProjectRow,
  change: ParsedInput<'projects.update'>,
): Promise<ProjectChoice> {
  const runtime = change.runtime ?? row.runtime
  const choice: ProjectChoice = {
    name: change.name ?? row.name,
    folder: row.folder,
    providerId: change.providerId ?? row.providerId,
    modelId: change.modelId ?? row.modelId,
    runtime,
    image: imageFor(deps, runtime, change.image ?? row.image),
    delivery: change.delivery ?? row.delivery,
    egress: change.egress ?? row.egress,
  }
  checkName(deps, choice.name, row.id)
  const direct = change.delivery === 'direct' && row.delivery !== 'direct' ? change.delivery : undefined
  const serving = [change.providerId, change.modelId, change.accountId, direct]
  if (serving.some((part) => part !== undefined))
    checkServing(deps, choice, { projectId: row.id, accountId: change.accountId })
  if (runtime !== row.runtime) await deps.runtimes[runtime].checkFolder(row.folder)
  return choice
}
