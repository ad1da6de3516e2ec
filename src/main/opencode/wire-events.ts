import { z } from 'zod'
import { wireError, wireMessage, wirePart, wirePermission, wireSession, wireStatus } from './wire.ts'

/** The events of OpenCode's stream that change a conversation, as a 1.18.33 server sends them. */
export const wireEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('session.created'), properties: z.object({ info: wireSession }) }),
  z.object({ type: z.literal('session.updated'), properties: z.object({ info: wireSession }) }),
  z.object({
    type: z.literal('session.status'),
    properties: z.object({ sessionID: z.string(), status: wireStatus }),
  }),
  z.object({
    type: z.literal('session.error'),
    properties: z.object({ sessionID: z.string().optional(), error: wireError.optional() }),
  }),
  z.object({ type: z.literal('message.updated'), properties: z.object({ info: wireMessage }) }),
  z.object({
    type: z.literal('message.removed'),
    properties: z.object({ sessionID: z.string(), messageID: z.string() }),
  }),
  z.object({ type: z.literal('message.part.updated'), properties: z.object({ part: wirePart }) }),
  z.object({
    type: z.literal('message.part.delta'),
    properties: z.object({
      sessionID: z.string(),
      messageID: z.string(),
      partID: z.string(),
      field: z.string(),
      delta: z.string(),
    }),
  }),
  z.object({
    type: z.literal('message.part.removed'),
    properties: z.object({ sessionID: z.string(), messageID: z.string(), partID: z.string() }),
  }),
  z.object({ type: z.literal('permission.asked'), properties: wirePermission }),
  z.object({
    type: z.literal('permission.replied'),
    properties: z.object({ sessionID: z.string(), requestID: z.string() }),
  }),
])
export type WireEvent = z.infer<typeof wireEvent>
