import type { Pipeline, Project } from '../../../preload/shapes.ts'
import { BerthError } from '../../errors.ts'
import type { Context } from '../context.ts'
import { asErrorCode } from '../exit-codes.ts'
import type { Link } from '../link.ts'

const UP: ReadonlySet<Project['state']> = new Set(['running', 'working', 'waiting'])

export const isUp = ({ state }: Project): boolean => UP.has(state)

const STEPS: Readonly<Record<string, string>> = {
  'project.create': 'Writing its files',
  'runtime.start': 'Starting its server',
  'opencode.waitHealthy': 'Waiting for OpenCode',
  'opencode.setCredentials': 'Giving OpenCode its placeholders',
  'opencode.createSession': 'Opening a conversation',
  'opencode.sendPrompt': 'Sending the prompt',
}

/** Says each step once when it begins, and what of it takes long. */
function stepTeller(context: Context) {
  let said: string | undefined
  return ({ jobs }: Pipeline): void => {
    const job = jobs.find(({ state }) => state === 'running')
    const text = job?.progress?.text ?? (job === undefined ? undefined : STEPS[job.kind])
    if (text === undefined || text === said) return
    said = text
    context.say(`${text} …`)
  }
}

function failureOf({ name, problem }: Project): BerthError {
  return problem === undefined
    ? new BerthError('cancelled', `${name} was stopped while it started.`)
    : new BerthError(asErrorCode(problem.code), problem.message)
}

/** Starts a project, if it does not run, and resolves when it does. Throws why it did not. */
export async function startAndWait(context: Context, link: Link, project: Project): Promise<Project> {
  if (isUp(project)) return project
  const settled = Promise.withResolvers<Project>()
  const tell = stepTeller(context)
  let begun = false
  const look = (now: Project): void => {
    if (now.state === 'starting') begun = true
    if (isUp(now)) settled.resolve(now)
    else if (begun && (now.state === 'failed' || now.state === 'stopped')) settled.reject(failureOf(now))
  }
  await link.listen(['project.changed', 'pipeline.changed'], (event) => {
    if (event.name === 'project.changed' && event.payload.id === project.id) look(event.payload)
    if (event.name === 'pipeline.changed' && event.payload.projectId === project.id) tell(event.payload)
  })
  look(await link.call('projects.start', { projectId: project.id }))
  const lost = link.gone.then(() => {
    throw new BerthError('shutting_down', `Berth ended while ${project.name} started.`)
  })
  lost.catch(() => {})
  return Promise.race([settled.promise, lost])
}
