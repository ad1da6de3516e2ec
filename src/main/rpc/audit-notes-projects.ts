import type { Delivery, Project } from '../../preload/shapes.ts'
import { mayGoText } from '../egress/words.ts'
import type { Note, Recorded } from './audit-recorded.ts'
import { type Act, accountIn, ofProject, projectIn, type World } from './audit-world.ts'

type Own = Extract<Recorded, `projects.${string}`>

const one = (action: Act['action'], project: Project, detail?: string): Act[] => [
  { action, ...ofProject(project), ...(detail === undefined ? {} : { detail }) },
]

const DELIVERIES: Readonly<Record<Delivery, string>> = {
  direct: 'Its OpenCode is given the real key.',
  gateway: 'Its OpenCode is given placeholders.',
}

const stateIn = ({ projects }: World, id: string): Project['state'] | undefined =>
  projects.find((project) => project.id === id)?.state

/** The pin that a project's own setting is. */
function pinned(world: World, action: 'pin.set' | 'pin.removed', project: Project, accountId: string): Act {
  return { action, ...accountIn(world, accountId), ...ofProject(project) }
}

/** What is done with projects, as far as it concerns accounts and keys. */
export const projectNotes: { readonly [M in Own]: Note<M> } = {
  'projects.create': ({ input, output, after }) => [
    ...one('project.created', output),
    ...(output.delivery === 'direct' ? one('project.delivery_changed', output, DELIVERIES.direct) : []),
    ...(input.accountId === undefined ? [] : [pinned(after, 'pin.set', output, input.accountId)]),
  ],
  'projects.update': ({ input, output, before, after }) => {
    const old = before.projects.find(({ id }) => id === output.id)
    const redelivered = old !== undefined && old.delivery !== output.delivery
    const delivery = redelivered ? one('project.delivery_changed', output, DELIVERIES[output.delivery]) : []
    const released = old !== undefined && old.egress !== output.egress
    const egress = released ? one('project.egress_changed', output, `It ${mayGoText(output.egress)}.`) : []
    const settings = [...delivery, ...egress]
    const [from, to] = [old?.accountId, input.accountId]
    if (to === undefined || (to ?? undefined) === from) return settings
    if (to !== null) return [...settings, pinned(after, 'pin.set', output, to)]
    return from === undefined ? settings : [...settings, pinned(before, 'pin.removed', output, from)]
  },
  'projects.start': ({ output, before }) => {
    const state = stateIn(before, output.id)
    return state === 'stopped' || state === 'failed' ? one('project.started', output) : []
  },
  'projects.restart': ({ output }) => one('project.started', output, 'It was restarted.'),
  'projects.stop': ({ output, before }) =>
    stateIn(before, output.id) === 'stopped' ? [] : one('project.stopped', output),
  'projects.cancel': ({ output, before }) =>
    stateIn(before, output.id) === 'starting'
      ? one('project.stopped', output, 'Its start was cancelled.')
      : [],
  'projects.remove': ({ input, before }) => [
    { action: 'project.removed', ...projectIn(before, input.projectId) },
  ],
}
