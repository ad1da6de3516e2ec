import { Notification } from 'electron'
import type { AnyEvent } from '../../preload/contract.ts'
import type { Destination, Project } from '../../preload/shapes.ts'

/** What the system shows while nobody looks at the window. */
export interface Notice {
  readonly title: string
  readonly body: string
  readonly to: Destination
}

/**
 * The notification an event asks for, if any.
 * @param before the project as it was known before the event
 */
export function noticeFor(
  event: AnyEvent,
  before: (projectId: string) => Project | undefined,
): Notice | undefined {
  if (event.name === 'conversation.changed' && event.payload.change.type === 'permission') {
    const { projectId, change } = event.payload
    return {
      title: `${before(projectId)?.name ?? 'A project'} asks for permission`,
      body: change.permission.title,
      to: { page: 'project', projectId },
    }
  }
  if (event.name === 'project.changed' && event.payload.state === 'failed') {
    const project = event.payload
    const known = before(project.id)
    // Told once, when it fails; a project that was found failed at the start is no news.
    if (known === undefined || known.state === 'failed') return undefined
    return {
      title: `${project.name} failed`,
      body: project.problem?.message ?? 'Open the project to see why.',
      to: { page: 'project', projectId: project.id },
    }
  }
  return undefined
}

/** Shows it where the system has notifications; a click leads to its place. */
export function notify(notice: Notice, go: (to: Destination) => void): void {
  if (!Notification.isSupported()) return
  const shown = new Notification({ title: notice.title, body: notice.body })
  shown.on('click', () => go(notice.to))
  shown.show()
}
