import { z } from 'zod'

/**
 * OpenCode's own shapes, as far as Berth reads them; taken from what a 1.18.33 server sends. Unknown fields are dropped,
 * unknown kinds of parts become `other`.
 */

export const wireError = z.object({
  name: z.string(),
  data: z
    .object({
      message: z.string().optional().catch(undefined),
      statusCode: z.number().optional().catch(undefined),
      providerID: z.string().optional().catch(undefined),
      responseHeaders: z.record(z.string(), z.string()).optional().catch(undefined),
    })
    .catch({}),
})
export type WireError = z.infer<typeof wireError>

const tokens = z.object({
  input: z.number(),
  output: z.number(),
  reasoning: z.number(),
  cache: z.object({ read: z.number(), write: z.number() }),
})

export const wireSession = z.object({
  id: z.string(),
  parentID: z.string().optional(),
  title: z.string(),
  directory: z.string().optional(),
  time: z.object({ created: z.number(), updated: z.number() }),
})
export type WireSession = z.infer<typeof wireSession>

export const wireMessage = z.object({
  id: z.string(),
  sessionID: z.string(),
  role: z.enum(['user', 'assistant']),
  parentID: z.string().optional(),
  time: z.object({ created: z.number(), completed: z.number().optional() }),
  modelID: z.string().optional(),
  providerID: z.string().optional(),
  model: z.object({ modelID: z.string(), providerID: z.string() }).optional().catch(undefined),
  tokens: tokens.optional(),
  cost: z.number().optional(),
  error: wireError.optional(),
})
export type WireMessage = z.infer<typeof wireMessage>

const base = { id: z.string(), messageID: z.string(), sessionID: z.string() }
const times = z.object({ start: z.number(), end: z.number().optional() })

const toolState = z.object({
  status: z.enum(['pending', 'running', 'completed', 'error']),
  input: z.record(z.string(), z.unknown()).catch({}),
  output: z.string().optional(),
  error: z.string().optional(),
  title: z.string().optional(),
  metadata: z.record(z.string(), z.unknown()).optional().catch(undefined),
  time: times.optional(),
})

export const wireToolPart = z.object({ ...base, type: z.literal('tool'), tool: z.string(), state: toolState })
export type WireToolPart = z.infer<typeof wireToolPart>

export const wirePart = z.union([
  z.object({
    ...base,
    type: z.literal('text'),
    text: z.string(),
    synthetic: z.boolean().optional(),
    ignored: z.boolean().optional(),
  }),
  z.object({ ...base, type: z.literal('reasoning'), text: z.string() }),
  wireToolPart,
  z.object({ ...base, type: z.literal('file'), filename: z.string().optional(), mime: z.string() }),
  z.object({ ...base, type: z.literal('subtask'), description: z.string() }),
  z.object({ ...base, type: z.literal('compaction') }),
  z.object({ ...base, type: z.string() }).transform((part) => ({ ...part, type: 'other' as const })),
])
export type WirePart = z.infer<typeof wirePart>

export const wirePermission = z.object({
  id: z.string(),
  sessionID: z.string(),
  permission: z.string(),
  patterns: z.array(z.string()).catch([]),
  metadata: z.record(z.string(), z.unknown()).catch({}),
})
export type WirePermission = z.infer<typeof wirePermission>

export const wireStatus = z.discriminatedUnion('type', [
  z.object({ type: z.literal('idle') }),
  z.object({ type: z.literal('busy') }),
  z.object({ type: z.literal('retry'), attempt: z.number(), message: z.string(), next: z.number() }),
])
export type WireStatus = z.infer<typeof wireStatus>

export const wireMessageWithParts = z.object({ info: wireMessage, parts: z.array(wirePart) })

const wireProvider = z.object({
  id: z.string(),
  key: z.string().optional(),
  options: z.object({ apiKey: z.string().optional().catch(undefined) }).catch({}),
})
export const wireProviders = z.object({ providers: z.array(wireProvider) })

/**
 * Whether a provider OpenCode lists has a credential: it also lists those that only its config names. A key shows as
 * `key`; an OAuth login as the `apiKey` option of its plugin; `public` is what OpenCode's own free models use.
 */
export function hasCredential(provider: z.infer<typeof wireProvider>): boolean {
  const { apiKey } = provider.options
  return provider.key !== undefined || (apiKey !== undefined && apiKey !== 'public')
}
