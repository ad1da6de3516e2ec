import { z } from 'zod'
import * as net from '../egress.ts'
import * as numbers from '../pool-numbers.ts'
import * as pools from '../pools.ts'
import * as shape from '../shapes.ts'
import * as usage from '../usage.ts'

/** What goes through the gateway: pools, usage and budgets, and where projects go besides their providers. */

const nothing = z.object({}).strict()
/** A name of at most 253 characters, and perhaps a port. */
const host = z.string().trim().toLowerCase().min(1).max(259)

export const gatewayMethods = {
  /** Of every provider that has accounts. */
  'pools.list': { input: nothing, output: z.array(pools.pool) },
  'pools.update': {
    input: z
      .object({
        providerId: shape.providerId,
        strategy: pools.strategy.optional(),
        rotate: z.boolean().optional(),
      })
      .strict(),
    output: pools.pool,
  },
  /** Ends an account's cooldowns: of one family of models, or of all. The next request tries it. */
  'pools.reset': {
    input: z.object({ accountId: shape.accountId, family: z.string().max(200).optional() }).strict(),
    output: pools.pool,
  },
  /** The numbers by which pools judge accounts. */
  'pools.numbers': { input: nothing, output: z.array(numbers.poolNumber) },
  /** All of them or none; they count from the next request on. */
  'pools.setNumbers': {
    input: z.object({ numbers: numbers.poolNumberChange }).strict(),
    output: z.array(numbers.poolNumber),
  },

  'usage.query': { input: usage.usageQuery, output: z.array(usage.usageRow) },
  /** The same as CSV (RFC 4180). */
  'usage.export': { input: usage.usageQuery, output: z.object({ name: z.string(), text: z.string() }) },

  'budgets.list': { input: nothing, output: z.array(usage.budget) },
  /** In the place of one of the same scope, target, period and unit. */
  'budgets.set': {
    input: usage.budget.pick({ scope: true, targetId: true, period: true, unit: true, limit: true }).strict(),
    output: z.array(usage.budget),
  },
  'budgets.remove': { input: z.object({ id: z.string() }).strict(), output: z.array(usage.budget) },

  /** Hosts a project with the policy `listed` may go to: at the ports of the web, or at the one that is named. */
  'egress.rules': { input: nothing, output: z.array(net.egressRule) },
  'egress.allow': {
    input: z.object({ host, purpose: z.string().trim().max(100).default('') }).strict(),
    output: z.array(net.egressRule),
  },
  /** Only what the user added can be taken away. */
  'egress.disallow': { input: z.object({ host }).strict(), output: z.array(net.egressRule) },
  /** Every host the project asked for, the last one first. */
  'egress.destinations': {
    input: z.object({ projectId: shape.projectId }).strict(),
    output: z.array(net.egressDestination),
  },
} as const satisfies Record<string, { input: z.ZodType; output: z.ZodType }>
