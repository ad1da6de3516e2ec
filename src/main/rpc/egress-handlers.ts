import type { Handlers } from './dispatch.ts'
import type { Services } from './services.ts'

/** Where projects may go besides their providers, and where they went. */
export function egressHandlers({ egress, projects }: Services) {
  return {
    'egress.rules': () => egress.rules(),
    'egress.allow': ({ host, purpose }) => egress.allow(host, purpose),
    'egress.disallow': ({ host }) => egress.disallow(host),
    'egress.destinations': ({ projectId }) => {
      // Throws for a project that is not there.
      projects.get(projectId)
      return egress.destinations(projectId)
    },
  } satisfies Partial<Handlers>
}
