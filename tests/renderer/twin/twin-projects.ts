import type { MethodName } from '../../../src/preload/contract.ts'
import type { Project } from '../../../src/preload/shapes.ts'
import { logs, project, routes } from './projects.ts'
import { runPipeline, streamAnswer } from './simulate.ts'
import { conversation, message, SESSION } from './talks.ts'
import type { Handlers, TwinCore } from './twin.ts'

type ProjectMethods = Extract<MethodName, `projects.${string}` | `conversation.${string}`>

export function createProjectHandlers(core: TwinCore): Pick<Handlers, ProjectMethods> {
  const starter = createStarter(core)
  return { ...records(core, starter), ...talking(core) }
}

function createStarter(core: TwinCore) {
  const turns = new Map<string, number>()
  const end = (projectId: string) => turns.set(projectId, (turns.get(projectId) ?? 0) + 1)
  const start = (one: Project): Project => {
    end(one.id)
    const turn = turns.get(one.id)
    const { problem: _problem, ...clean } = one
    core.world.projects = core.world.projects.map((other) => (other.id === one.id ? clean : other))
    const starting = core.put(clean, { state: 'starting' })
    void runPipeline(core.emit, starting, () => turns.get(one.id) !== turn).then((pipeline) => {
      core.world.pipelines[one.id] = pipeline
      if (turns.get(one.id) === turn) core.put(core.project(one.id), { state: 'running' })
    })
    return starting
  }
  return { start, end }
}

type Starter = ReturnType<typeof createStarter>

function records(
  core: TwinCore,
  starter: Starter,
): Pick<Handlers, Extract<MethodName, `projects.${string}`>> {
  const stop = ({ projectId }: { projectId: string }) => {
    starter.end(projectId)
    return core.put(core.project(projectId), { state: 'stopped' })
  }
  return {
    'projects.list': () => core.world.projects,
    'projects.create': ({ prompt: _prompt, accountId, image, egress, ...input }) => {
      if (input.folder.includes('readonly'))
        core.fail('folder_not_writable', `${input.folder} cannot be written by you. Choose another folder.`)
      if (image === 'missing') core.fail('image_not_found', 'There is no image called missing.')
      const made = project(Date.now(), {
        ...input,
        id: `n${core.world.projects.length}`,
        state: 'stopped',
        egress: egress ?? core.world.settings.newProjectEgress,
        ...(accountId === undefined ? {} : { accountId }),
        ...(image === undefined ? {} : { image }),
      })
      core.world.projects = [...core.world.projects, made]
      return starter.start(made)
    },
    'projects.update': ({ projectId, accountId, name, ...rest }) => {
      const { accountId: pinned, ...before } = core.project(projectId)
      const keep = accountId === undefined ? pinned : (accountId ?? undefined)
      const given = Object.fromEntries(
        Object.entries({ ...rest, name }).filter(([, value]) => value !== undefined),
      )
      core.world.projects = core.world.projects.map((one) => (one.id === projectId ? before : one))
      core.pinProject(before, keep)
      return core.put(before, { ...given, ...(keep === undefined ? {} : { accountId: keep }) })
    },
    'projects.start': ({ projectId }) => starter.start(core.project(projectId)),
    'projects.restart': ({ projectId }) => starter.start(core.project(projectId)),
    'projects.stop': stop,
    'projects.cancel': stop,
    'projects.remove': ({ projectId }) => {
      core.world.projects = core.world.projects.filter((one) => one.id !== projectId)
      core.emit({ name: 'project.removed', payload: { projectId } })
      return null
    },
    'projects.pipelines': ({ projectId, limit }) =>
      Object.values(core.world.pipelines)
        .filter((one) => projectId === undefined || one.projectId === projectId)
        .slice(0, limit)
        .map((one, index) => ({ ...one, createdAt: Date.now() - (index + 1) * 3_600_000 })),
    'projects.pipeline': ({ projectId }) => core.world.pipelines[projectId] ?? null,
    'projects.logs': () => logs(Date.now()),
    'projects.routes': ({ projectId }) => routes(Date.now(), projectId),
  }
}

function talking(core: TwinCore): Pick<Handlers, Extract<MethodName, `conversation.${string}`>> {
  const stopped = new Set<string>()
  const talkOf = (projectId: string) => {
    core.world.talks[projectId] ??= conversation(Date.now(), { messages: [], sessions: [] })
    return core.world.talks[projectId]
  }
  return {
    'conversation.get': ({ projectId }) => talkOf(projectId),
    'conversation.newSession': () => ({
      id: SESSION,
      title: '',
      createdAt: Date.now(),
      updatedAt: Date.now(),
    }),
    'conversation.send': ({ projectId, text }) => {
      const { state, name } = core.project(projectId)
      if (state === 'stopped' || state === 'failed')
        core.fail('project_stopped', `${name} is stopped. Start it, and send the prompt again.`)
      const sent = message('user', Date.now(), [{ type: 'text', text }])
      const talk = talkOf(projectId)
      const { parts, ...head } = sent
      const change = (one: Parameters<typeof emitChange>[2]) => emitChange(core, projectId, one)
      change({ type: 'message', message: head })
      for (const part of parts) change({ type: 'part', sessionId: SESSION, part })
      stopped.delete(projectId)
      core.put(core.project(projectId), { state: 'working' })
      void streamAnswer(core.emit, projectId, () => stopped.has(projectId)).then((answer) => {
        core.world.talks[projectId] = { ...talk, messages: [...talk.messages, sent, answer] }
        core.put(core.project(projectId), { state: 'running' })
      })
      return { sessionId: SESSION, messageId: sent.id }
    },
    'conversation.stop': ({ projectId }) => {
      stopped.add(projectId)
      emitChange(core, projectId, { type: 'activity', sessionId: SESSION, activity: { state: 'idle' } })
      return null
    },
    'conversation.answerPermission': ({ projectId, sessionId, permissionId }) => {
      emitChange(core, projectId, { type: 'permission-gone', sessionId, permissionId })
      core.put(core.project(projectId), { state: 'working' })
      return null
    },
  }
}

type Changed = Extract<Parameters<TwinCore['emit']>[0], { name: 'conversation.changed' }>

function emitChange(core: TwinCore, projectId: string, change: Changed['payload']['change']): void {
  core.emit({ name: 'conversation.changed', payload: { projectId, change } })
}
