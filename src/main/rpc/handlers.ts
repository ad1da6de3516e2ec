import { accountHandlers } from './account-handlers.ts'
import { appHandlers } from './app-handlers.ts'
import { auditHandlers } from './audit-handlers.ts'
import type { Handlers } from './dispatch.ts'
import { importHandlers } from './import-handlers.ts'
import { conversationHandlers, projectHandlers } from './project-handlers.ts'
import { providerHandlers } from './provider-handlers.ts'
import type { Services } from './services.ts'
import { vaultHandlers } from './vault-handlers.ts'

/** Every method of the contract, each as one call of a service. */
export function createHandlers(services: Services): Handlers {
  return {
    ...appHandlers(services),
    ...vaultHandlers(services),
    ...providerHandlers(services),
    ...accountHandlers(services),
    ...importHandlers(services),
    ...auditHandlers(services),
    ...projectHandlers(services),
    ...conversationHandlers(services),
  }
}
