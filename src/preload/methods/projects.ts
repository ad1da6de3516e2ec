import { z } from 'zod'
import * as talk from '../conversation.ts'
import { egressPolicy } from '../egress-policy.ts'
import * as shape from '../shapes.ts'

/** Projects and the conversation with their OpenCode. */

const nothing = z.object({}).strict()
const byProject = z.object({ projectId: shape.projectId }).strict()
const name = z.string().trim().min(1, 'a name is needed').max(80, 'a name has at most 80 characters')
const done = z.null()
/** Which session; absent means the project's newest. */
const inSession = byProject.extend({ sessionId: z.string().optional() })

export const projectMethods = {
  'projects.list': { input: nothing, output: z.array(shape.project) },
  'projects.create': {
    input: z
      .object({
        name,
        folder: z.string().min(1),
        providerId: shape.providerId,
        modelId: z.string().min(1),
        runtime: shape.runtimeKind,
        image: z.string().trim().min(1).optional(),
        accountId: shape.accountId.optional(),
        delivery: shape.delivery.default('gateway'),
        /** Absent: what the settings say of new projects. */
        egress: egressPolicy.optional(),
        /** Sent as soon as OpenCode is up. */
        prompt: z.string().optional(),
      })
      .strict(),
    output: shape.project,
  },
  'projects.update': {
    input: byProject.extend({
      name: name.optional(),
      providerId: shape.providerId.optional(),
      modelId: z.string().min(1).optional(),
      image: z.string().trim().min(1).optional(),
      runtime: shape.runtimeKind.optional(),
      /** null takes the pin away. */
      accountId: shape.accountId.nullable().optional(),
      /** Reaches a running project as soon as nothing is being answered. */
      delivery: shape.delivery.optional(),
      /** Holds for the next connection. */
      egress: egressPolicy.optional(),
    }),
    output: shape.project,
  },
  /** Starts a stopped or failed project; a project that runs is left alone. */
  'projects.start': { input: byProject, output: shape.project },
  'projects.stop': { input: byProject, output: shape.project },
  'projects.restart': { input: byProject, output: shape.project },
  /** Ends a start that is under way; what it made is stopped. */
  'projects.cancel': { input: byProject, output: shape.project },
  /** Removes the project with its container and OpenCode history. The folder is not touched. */
  'projects.remove': { input: byProject, output: done },
  /** Starts of every project, newest first; `before` is the time of the last one seen. */
  'projects.pipelines': {
    input: z
      .object({
        projectId: shape.projectId.optional(),
        before: z.number().optional(),
        limit: z.number().int().min(1).max(200).default(50),
      })
      .strict(),
    output: z.array(shape.pipeline.extend({ createdAt: z.number() })),
  },
  'projects.pipeline': { input: byProject, output: shape.pipeline.nullable() },
  'projects.logs': {
    input: byProject.extend({ tail: z.number().int().min(1).max(5000).default(500) }),
    output: z.array(shape.logLine),
  },
  'projects.routes': { input: byProject, output: z.array(shape.route) },

  'conversation.get': { input: inSession, output: talk.conversation },
  'conversation.newSession': { input: byProject, output: talk.sessionInfo },
  'conversation.send': {
    input: inSession.extend({
      text: z.string().trim().min(1, 'there is no prompt to send'),
      /**
       * Chosen by the sender, once per prompt: sending the same one twice sends one prompt. 6 to 40 of a-z and 0-9.
       */
      requestId: z.string().regex(/^[a-z0-9]{6,40}$/),
    }),
    output: z.object({ sessionId: z.string(), messageId: z.string() }),
  },
  /** Ends the answer that is being written. */
  'conversation.stop': { input: inSession, output: done },
  'conversation.answerPermission': {
    input: byProject.extend({
      sessionId: z.string(),
      permissionId: z.string(),
      answer: z.enum(['once', 'always', 'reject']),
    }),
    output: done,
  },
} as const satisfies Record<string, { input: z.ZodType; output: z.ZodType }>
