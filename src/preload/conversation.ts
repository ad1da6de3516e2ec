import { z } from 'zod'
import { problem } from './shapes.ts'

/** A conversation as Berth shows it: OpenCode's messages and parts, less what no view needs. */

const partBase = { id: z.string(), messageId: z.string() }

export const toolState = z.enum(['pending', 'running', 'completed', 'error'])

export const part = z.discriminatedUnion('type', [
  z.object({ ...partBase, type: z.literal('text'), text: z.string() }),
  z.object({ ...partBase, type: z.literal('reasoning'), text: z.string() }),
  z.object({
    ...partBase,
    type: z.literal('tool'),
    tool: z.string(),
    /** One line: a file, a command, what it is for. */
    title: z.string(),
    state: toolState,
    /** The tool's arguments as JSON text. */
    input: z.string(),
    output: z.string().optional(),
    /** A unified diff, when the tool changed a file. */
    diff: z.string().optional(),
    durationMs: z.number().optional(),
  }),
  /** Anything else OpenCode reports that is worth one grey line. */
  z.object({ ...partBase, type: z.literal('note'), text: z.string() }),
])
export type Part = z.infer<typeof part>

export const message = z.object({
  id: z.string(),
  sessionId: z.string(),
  role: z.enum(['user', 'assistant']),
  createdAt: z.number(),
  completedAt: z.number().optional(),
  parts: z.array(part),
  problem: problem.optional(),
  model: z.string().optional(),
  tokens: z
    .object({
      input: z.number(),
      output: z.number(),
      reasoning: z.number(),
      cacheRead: z.number(),
      cacheWrite: z.number(),
    })
    .optional(),
  /** US dollars, as OpenCode reckons it. */
  cost: z.number().optional(),
})
export type Message = z.infer<typeof message>

export const sessionInfo = z.object({
  id: z.string(),
  title: z.string(),
  createdAt: z.number(),
  updatedAt: z.number(),
})
export type SessionInfo = z.infer<typeof sessionInfo>

/** OpenCode asks before it uses a tool. */
export const permission = z.object({
  id: z.string(),
  sessionId: z.string(),
  /** What kind of act: `bash`, `edit`, … */
  kind: z.string(),
  title: z.string(),
  /** The exact command or path patterns asked for. */
  patterns: z.array(z.string()),
  createdAt: z.number(),
})
export type Permission = z.infer<typeof permission>

/** What the session is doing now. */
export const activity = z.discriminatedUnion('state', [
  z.object({ state: z.literal('idle') }),
  z.object({ state: z.literal('busy') }),
  z.object({
    state: z.literal('retry'),
    attempt: z.number().int(),
    message: z.string(),
    /** When the next attempt starts. */
    nextAt: z.number(),
  }),
])
export type Activity = z.infer<typeof activity>

export const conversation = z.object({
  sessionId: z.string().optional(),
  sessions: z.array(sessionInfo),
  messages: z.array(message),
  permissions: z.array(permission),
  activity,
  /** `live` comes from the running OpenCode; `saved` is Berth's own copy, shown while the project is stopped. */
  source: z.enum(['live', 'saved']),
})
export type Conversation = z.infer<typeof conversation>

/** One change to a conversation. `message` carries no parts of its own; parts come one by one. */
export const conversationChange = z.discriminatedUnion('type', [
  z.object({ type: z.literal('session'), session: sessionInfo }),
  z.object({ type: z.literal('message'), message: message.omit({ parts: true }) }),
  z.object({ type: z.literal('message-removed'), sessionId: z.string(), messageId: z.string() }),
  z.object({ type: z.literal('part'), sessionId: z.string(), part }),
  /** Text to append to a text or reasoning part. */
  z.object({
    type: z.literal('delta'),
    sessionId: z.string(),
    messageId: z.string(),
    partId: z.string(),
    text: z.string(),
  }),
  z.object({
    type: z.literal('part-removed'),
    sessionId: z.string(),
    messageId: z.string(),
    partId: z.string(),
  }),
  z.object({ type: z.literal('permission'), permission }),
  z.object({ type: z.literal('permission-gone'), sessionId: z.string(), permissionId: z.string() }),
  z.object({ type: z.literal('activity'), sessionId: z.string(), activity }),
  z.object({ type: z.literal('problem'), sessionId: z.string().optional(), problem }),
  /** The stream was interrupted or the runtime came back: fetch the whole conversation again. */
  z.object({ type: z.literal('reload') }),
])
export type ConversationChange = z.infer<typeof conversationChange>
