import type { Handlers } from './dispatch.ts'
import type { Services } from './services.ts'

/** The audit trail. */
export function auditHandlers({ audit }: Services) {
  return {
    'audit.list': (query) => audit.list(query),
    'audit.export': async ({ filter }) => ({
      name: `berth-activity-${new Date().toLocaleDateString('sv-SE')}.jsonl`,
      ...(await audit.export(filter)),
    }),
  } satisfies Partial<Handlers>
}
