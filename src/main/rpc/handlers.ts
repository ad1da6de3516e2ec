import type { Log } from '../log/log.ts'
import { accountHandlers } from './account-handlers.ts'
import { appHandlers } from './app-handlers.ts'
import { auditHandlers } from './audit-handlers.ts'
import { withAudit } from './audit-trail.ts'
import { worldNow } from './audit-world.ts'
import { checkHandlers } from './check-handlers.ts'
import type { Handlers } from './dispatch.ts'
import { egressHandlers } from './egress-handlers.ts'
import { gatewayHandlers } from './gateway-handlers.ts'
import { importHandlers } from './import-handlers.ts'
import { conversationHandlers, projectHandlers } from './project-handlers.ts'
import { providerHandlers } from './provider-handlers.ts'
import type { Services } from './services.ts'
import { vaultHandlers } from './vault-handlers.ts'

/** Every method of the contract, each as one call of a service. What they change is written to the audit trail. */
export function createHandlers(services: Services, log: Log): Handlers {
  const handlers: Handlers = {
    ...appHandlers(services),
    ...vaultHandlers(services),
    ...providerHandlers(services),
    ...accountHandlers(services),
    ...checkHandlers(services),
    ...importHandlers(services),
    ...auditHandlers(services),
    ...projectHandlers(services),
    ...conversationHandlers(services),
    ...gatewayHandlers(services),
    ...egressHandlers(services),
  }
  return withAudit(handlers, { audit: services.audit, world: () => worldNow(services), log })
}
