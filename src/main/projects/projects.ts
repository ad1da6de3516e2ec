import type { Project } from '../../preload/shapes.ts'
import { transaction } from '../db/database.ts'
import { BerthError } from '../errors.ts'
import { checkName, chooseChange, chooseNew } from './choice.ts'
import { createConversations } from './conversation.ts'
import type { Kit } from './kit.ts'
import { assemble } from './parts.ts'
import { changePin } from './pins.ts'
import { stepsFor } from './pipeline.ts'
import { resume } from './resume.ts'
import { shutdown } from './shutdown.ts'
import { enqueueStart } from './starting.ts'
import { cancelStart, removeProject, stopServer } from './stopping.ts'
import type { Conversations, Projects, ProjectsDeps } from './types.ts'

/** Runs an act under the project's lock. Refuses when Berth is closing or the project is unknown. */
type Act = (id: string, work: () => Promise<void>) => Promise<Project>

/** Stores a project with its first start, and the prompt that waits for it, in one transaction. */
async function create(kit: Kit, input: Parameters<Projects['create']>[0]): Promise<Project> {
  const { deps, rows, prompts, jobs, states } = kit
  const choice = await chooseNew({ ...deps, rows }, input)
  const id = deps.newId()
  const at = deps.now()
  const requestId = `start${id}`
  const text = input.prompt?.trim() ?? ''
  const prompt = text === '' ? undefined : { requestId, messageId: deps.messageIdFor(requestId, at), text }
  jobs.enqueue(id, stepsFor(prompt), () => {
    // Again, for another one may have been made during the checks.
    checkName(kit, choice.name)
    rows.insert(id, choice, at)
    changePin(deps, { id, providerId: choice.providerId }, input.accountId)
    if (prompt !== undefined) prompts.insert(id, { ...prompt, sessionId: undefined }, at)
  })
  states.tell(id)
  return states.project(id)
}

async function update(kit: Kit, input: Parameters<Projects['update']>[0]): Promise<void> {
  const { deps, rows, states, live, changes } = kit
  const { projectId } = input
  const choice = await chooseChange({ ...deps, rows }, states.row(projectId), input)
  checkName(kit, choice.name, projectId)
  transaction(deps.db, () => {
    rows.change(projectId, choice)
    changePin(deps, { id: projectId, providerId: choice.providerId }, input.accountId)
  })
  states.tell(projectId)
  const attached = live.get(projectId)
  // The account in use may be of another kind than the one before, or its key be wanted in another way.
  if (attached !== undefined) await changes.giveCredentials(projectId, attached)
}

function start(kit: Kit, id: string): void {
  const { server } = kit.states.facts(id)
  if (server === 'removing') {
    throw new BerthError(
      'conflict',
      `${kit.states.row(id).name} is being removed. Make a new project instead.`,
    )
  }
  if (server === 'off' || server === 'failed') enqueueStart(kit, id)
}

function actions(kit: Kit, act: Act): Pick<Projects, 'start' | 'stop' | 'restart' | 'cancel' | 'update'> {
  return {
    start: (id) => act(id, async () => start(kit, id)),
    stop: (id) =>
      act(id, () => {
        // A prompt that waited for a start is not sent by a later one, which would surprise.
        kit.prompts.dropPending(id)
        return stopServer(kit, id)
      }),
    restart: (id) =>
      act(id, async () => {
        await stopServer(kit, id)
        start(kit, id)
      }),
    cancel: (id) => act(id, () => cancelStart(kit, id)),
    update: (input) => act(input.projectId, () => update(kit, input)),
  }
}

/** Tells of pins that changed, then brings running servers up to date. */
async function credentialsChanged({ states, live, changes, lock }: Kit): Promise<void> {
  states.tellPins()
  await Promise.all(
    live.ids().map((id) =>
      lock(id, async () => {
        const attached = live.get(id)
        if (attached !== undefined) await changes.giveCredentials(id, attached)
      }),
    ),
  )
}

function resolveAccount({ deps, states }: Kit, id: string, providerId: string, modelId: string | undefined) {
  return deps.accounts.resolve(providerId, { projectId: states.row(id).id, modelId })
}

function reads(
  kit: Kit,
): Pick<
  Projects,
  'list' | 'get' | 'exists' | 'nameOf' | 'pipeline' | 'pipelines' | 'logs' | 'resolveAccount'
> {
  const { states, rows, jobs, logs } = kit
  return {
    list: states.list,
    get: states.project,
    exists: (id) => rows.find(id) !== undefined,
    nameOf: (id) => rows.find(id)?.name,
    pipeline: (id) => jobs.latest(states.row(id).id) ?? null,
    pipelines: jobs.list,
    logs: async (id, tail) => logs.read(states.row(id).id, tail),
    resolveAccount: (id, providerId, modelId) => resolveAccount(kit, id, providerId, modelId),
  }
}

/** Opens the projects. Nothing is done to any before `resume`. */
export function createProjects(deps: ProjectsDeps): Projects {
  const kit = assemble(deps)
  const conversation: Conversations = createConversations(kit)
  const closing = new AbortController()

  function checkOpen(): void {
    if (closing.signal.aborted) {
      throw new BerthError('shutting_down', 'Berth is closing. Open it again first.')
    }
  }
  const act: Act = async (id, work) => {
    checkOpen()
    kit.states.row(id)
    return kit.lock(id, async () => {
      checkOpen()
      await work()
      return kit.states.project(id)
    })
  }

  return {
    ...reads(kit),
    ...actions(kit, act),
    conversation,
    async create(input) {
      checkOpen()
      return create(kit, input)
    },
    async remove(id) {
      checkOpen()
      kit.states.row(id)
      await kit.lock(id, async () => {
        if (kit.rows.find(id) !== undefined) await removeProject(kit, id)
      })
    },
    credentialsChanged: () => credentialsChanged(kit),
    resume: async ({ moved } = { moved: false }) => {
      checkOpen()
      await resume(kit, moved, closing.signal)
    },
    async shutdown() {
      closing.abort()
      await shutdown(kit)
    },
  }
}
