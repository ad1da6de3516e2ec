import { createStore, type StoreApi } from 'zustand/vanilla'
import type { BerthBridge, Envelope, Failure, Input } from '../../../../preload/contract.ts'
import type { Pipeline, Project } from '../../../../preload/shapes.ts'

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

/** Every project and the steps of its newest start. */
export function createProjectsStore(bridge: BerthBridge): StoreApi<ProjectsState> {
  return createStore<ProjectsState>((set, get) => {
    const put = (project: Project) => set({ projects: withProject(get().projects ?? [], project) })
    const kept = (answer: Envelope<Project>) => {
      if (answer.ok) put(answer.value)
      return answer
    }
    const drop = (projectId: string) => {
      const { [projectId]: _gone, ...pipelines } = get().pipelines
      set({ projects: (get().projects ?? []).filter((project) => project.id !== projectId), pipelines })
    }
    return {
      pipelines: {},
      load: async () => {
        const answer = await bridge.invoke('projects.list', {})
        set(answer.ok ? { projects: answer.value } : { error: answer.error })
      },
      loadPipeline: async (projectId) => {
        const answer = await bridge.invoke('projects.pipeline', { projectId })
        if (answer.ok) set({ pipelines: { ...get().pipelines, [projectId]: answer.value } })
      },
      create: async (input) => kept(await bridge.invoke('projects.create', input)),
      update: async (input) => kept(await bridge.invoke('projects.update', input)),
      act: async (action, projectId) => kept(await bridge.invoke(`projects.${action}`, { projectId })),
      remove: async (projectId) => {
        const answer = await bridge.invoke('projects.remove', { projectId })
        if (answer.ok) drop(projectId)
        return answer
      },
      put,
      drop,
      putPipeline: (pipeline) => set({ pipelines: { ...get().pipelines, [pipeline.projectId]: pipeline } }),
    }
  })
}

function withProject(projects: readonly Project[], project: Project): readonly Project[] {
  const index = projects.findIndex((one) => one.id === project.id)
  return index < 0 ? [...projects, project] : projects.with(index, project)
}
