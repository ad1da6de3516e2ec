import { createStore, type StoreApi } from 'zustand/vanilla'
import type { BerthBridge, Envelope, Failure, Input } from '../../../../preload/contract.ts'
import type { Pipeline, Project } from '../../../../preload/shapes.ts'
import { createFreshness, type Freshness } from '../../lib/freshness.ts'

export interface ProjectsState {
  /** Absent until the first answer. */
  readonly projects?: readonly Project[]
  readonly error?: Failure
  readonly pipelines: Readonly<Record<string, Pipeline | null>>
  load(): Promise<void>
  loadPipeline(projectId: string): Promise<void>
  create(input: Input<'projects.create'>): Promise<Envelope<Project>>
  update(input: Input<'projects.update'>): Promise<Envelope<Project>>
  act(action: ProjectAction, projectId: string): Promise<Envelope<Project>>
  remove(projectId: string): Promise<Envelope<null>>
  put(project: Project): void
  drop(projectId: string): void
  putPipeline(pipeline: Pipeline): void
}

export type ProjectAction = 'start' | 'stop' | 'restart' | 'cancel'

type Answer = Envelope<Project>
type Get = () => ProjectsState
type Put = (change: Partial<ProjectsState>) => void

/** Every project and the steps of its newest start. */
export function createProjectsStore(bridge: BerthBridge): StoreApi<ProjectsState> {
  return createStore<ProjectsState>((set, get) => {
    const told = createFreshness()
    const steps = createFreshness()
    const show = (project: Project) => set({ projects: withProject(get().projects ?? [], project) })
    /** Keeps what a call answers, unless an event has been quicker. */
    const kept = async (call: () => Promise<Answer>) => {
      const outdated = told.begin()
      const answer = await call()
      if (answer.ok && !outdated(answer.value.id)) show(answer.value)
      return answer
    }
    const drop = (projectId: string) => {
      told.tell(projectId)
      const { [projectId]: _gone, ...pipelines } = get().pipelines
      set({ projects: (get().projects ?? []).filter((project) => project.id !== projectId), pipelines })
    }
    return {
      pipelines: {},
      ...loading(bridge, get, set, { told, steps }),
      create: (input) => kept(() => bridge.invoke('projects.create', input)),
      update: (input) => kept(() => bridge.invoke('projects.update', input)),
      act: (action, projectId) => kept(() => bridge.invoke(`projects.${action}`, { projectId })),
      remove: async (projectId) => {
        const answer = await bridge.invoke('projects.remove', { projectId })
        if (answer.ok) drop(projectId)
        return answer
      },
      put: (project) => {
        told.tell(project.id)
        show(project)
      },
      drop,
      putPipeline: (pipeline) => {
        steps.tell(pipeline.projectId)
        set({ pipelines: { ...get().pipelines, [pipeline.projectId]: pipeline } })
      },
    }
  })
}

function loading(
  bridge: BerthBridge,
  get: Get,
  set: Put,
  { told, steps }: { readonly told: Freshness; readonly steps: Freshness },
): Pick<ProjectsState, 'load' | 'loadPipeline'> {
  return {
    load: async () => {
      const outdated = told.begin()
      const answer = await bridge.invoke('projects.list', {})
      if (!answer.ok) return set({ error: answer.error })
      const newer = (get().projects ?? []).filter((project) => outdated(project.id))
      set({ projects: [...answer.value.filter((project) => !outdated(project.id)), ...newer] })
    },
    loadPipeline: async (projectId) => {
      const outdated = steps.begin()
      const answer = await bridge.invoke('projects.pipeline', { projectId })
      if (!answer.ok || outdated(projectId)) return
      set({ pipelines: { ...get().pipelines, [projectId]: answer.value } })
    },
  }
}

function withProject(projects: readonly Project[], project: Project): readonly Project[] {
  const index = projects.findIndex((one) => one.id === project.id)
  return index < 0 ? [...projects, project] : projects.with(index, project)
}
