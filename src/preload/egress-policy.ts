import { z } from 'zod'

/**
 * `open`: any host, unread. `listed`: hosts on the list only. `gateway-only`: providers only.
 */
export const egressPolicy = z.enum(['open', 'listed', 'gateway-only'])
export type EgressPolicy = z.infer<typeof egressPolicy>
