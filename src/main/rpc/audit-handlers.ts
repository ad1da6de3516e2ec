import type { Handlers } from './dispatch.ts'
import { notBuilt } from './not-built.ts'
import type { Services } from './services.ts'

/** The audit trail. */
export function auditHandlers(_services: Services) {
  return {
    'audit.list': notBuilt,
    'audit.export': notBuilt,
  } satisfies Partial<Handlers>
}
