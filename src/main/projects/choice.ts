import type { ParsedInput } from '../../preload/contract.ts'
import { BerthError } from '../errors.ts'
import { pinFor } from './credentials.ts'
import { plainPath } from './folders.ts'
import type { ProjectChoice, ProjectRepo, ProjectRow } from './project-repo.ts'
import type { ProjectsDeps } from './types.ts'

type ChoiceDeps = Pick<ProjectsDeps, 'accounts' | 'catalog' | 'runtimes' | 'defaultImage'> & {
  readonly rows: ProjectRepo
}

/** Throws `conflict` when another project has the name already. */
export function checkName({ rows }: Pick<ChoiceDeps, 'rows'>, name: string, self?: string): void {
  const other = rows.findByName(name)
  if (other === undefined || other.id === self) return
  throw new BerthError('conflict', `There is a project named ${other.name} already. Choose another name.`)
}

/** Provider and model are in the catalog, and an account can serve them. A custom provider may want no account. */
function checkProvider(deps: ChoiceDeps, { providerId, modelId, accountId }: ProjectChoice): void {
  const provider = deps.catalog.provider(providerId)
  deps.catalog.model(providerId, modelId)
  if (accountId !== undefined) {
    const account = deps.accounts.get(accountId)
    if (account.providerId !== providerId) {
      throw new BerthError(
        'bad_request',
        `The account ${account.label} is one of ${account.providerId}, not of ${provider.name}. Choose one of ${provider.name}.`,
      )
    }
  }
  if (!provider.custom) deps.accounts.resolve(providerId, accountId)
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
  const { name, providerId, modelId, runtime, accountId } = input
  checkName(deps, name)
  const image = imageFor(deps, runtime, input.image)
  const choice = { name, folder: plainPath(input.folder), providerId, modelId, runtime, image, accountId }
  checkProvider(deps, choice)
  await deps.runtimes[runtime].checkFolder(choice.folder)
  return choice
}

/** A pin goes with its provider: it is dropped when the provider changes and no new one is named. */
function pinAfter(
  deps: ChoiceDeps,
  row: ProjectRow,
  change: ParsedInput<'projects.update'>,
): string | undefined {
  if (change.accountId !== undefined) return change.accountId ?? undefined
  return pinFor(deps, row, change.providerId ?? row.providerId)
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
    accountId: pinAfter(deps, row, change),
  }
  checkName(deps, choice.name, row.id)
  const serving = [change.providerId, change.modelId, change.accountId]
  if (serving.some((part) => part !== undefined)) checkProvider(deps, choice)
  if (runtime !== row.runtime) await deps.runtimes[runtime].checkFolder(row.folder)
  return choice
}
