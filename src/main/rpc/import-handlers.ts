import type { Handlers } from './dispatch.ts'
import { notBuilt } from './not-built.ts'
import type { Services } from './services.ts'

/** Accounts that come from elsewhere, and the export that goes there. */
export function importHandlers(_services: Services) {
  return {
    'accounts.export': notBuilt,
    'imports.offers': notBuilt,
    'imports.preview': notBuilt,
    'imports.apply': notBuilt,
  } satisfies Partial<Handlers>
}
