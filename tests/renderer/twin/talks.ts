import type { Conversation, Message, Part } from '../../../src/preload/conversation.ts'

export const SESSION = 'ses_1'

let made = 0
const nextId = (kind: string): string => {
  made += 1
  return `${kind}_${String(made).padStart(6, '0')}`
}

type Loose = Part extends infer P ? (P extends Part ? Omit<P, 'id' | 'messageId'> : never) : never

export function message(
  role: Message['role'],
  createdAt: number,
  parts: readonly Loose[],
  rest: Partial<Message> = {},
): Message {
  const id = nextId('msg')
  return {
    id,
    sessionId: SESSION,
    role,
    createdAt,
    parts: parts.map((part) => ({ ...part, id: nextId('prt'), messageId: id }) as Part),
    ...rest,
  }
}

export const ANSWER = `The endpoint is at \`/healthz\` and answers with the state of the database and the queue.

- **Database**: one \`select 1\` with a deadline of 500 ms
- **Queue**: the age of the oldest job that waits

\`\`\`ts
app.get('/healthz', async (context) => {
  const [database, queue] = await Promise.all([pingDatabase(500), oldestJob()])
  const healthy = database.ok && queue.ageMs < 60_000
  return context.json({ healthy, database, queue }, healthy ? 200 : 503)
})
\`\`\`

| check | deadline | when it fails |
|---|---|---|
| database | 500 ms | 503, \`database.ok\` is false |
| queue | 60 s | 503, with the age of the oldest job |

The route is not behind the login; see [RFC 9110](https://www.rfc-editor.org/rfc/rfc9110) for 503 and \`Retry-After\`.`

const DIFF = `--- a/src/server.ts
+++ b/src/server.ts
@@ -12,6 +12,14 @@ import { createApp } from './app.ts'
 const app = createApp()
 
 app.get('/', (context) => context.text('atlas'))
+
+app.get('/healthz', async (context) => {
+  const [database, queue] = await Promise.all([pingDatabase(500), oldestJob()])
+  const healthy = database.ok && queue.ageMs < 60_000
+  return context.json({ healthy, database, queue }, healthy ? 200 : 503)
+})
+
-serve(app, { port: 3000 })
+serve(app, { port: config.port })
 
 export { app }`

export function turn(now: number): Message[] {
  return [
    message('user', now - 95_000, [
      {
        type: 'text',
        text: 'Add a health endpoint that checks the database and the queue. No login for it.',
      },
    ]),
    message(
      'assistant',
      now - 94_000,
      [
        {
          type: 'reasoning',
          text: 'The user wants a health endpoint.\n\nI should look at **how the server is put together** first, then at the queue.',
        },
        {
          type: 'tool',
          tool: 'read',
          title: 'src/server.ts',
          state: 'completed',
          input: '{"filePath":"src/server.ts"}',
          output: '1: import { createApp } from "./app.ts"\n2: …',
          durationMs: 14,
        },
        {
          type: 'tool',
          tool: 'grep',
          title: 'oldestJob',
          state: 'completed',
          input: '{"pattern":"oldestJob","include":"*.ts"}',
          output: 'src/queue.ts:41\nsrc/queue.ts:77',
          durationMs: 38,
        },
        {
          type: 'tool',
          tool: 'edit',
          title: 'src/server.ts',
          state: 'completed',
          input: '{}',
          diff: DIFF,
          durationMs: 22,
        },
        {
          type: 'tool',
          tool: 'bash',
          title: 'npm test -- healthz',
          state: 'completed',
          input: '{"command":"npm test -- healthz","description":"Runs the tests of the endpoint"}',
          output: Array.from(
            { length: 42 },
            (_, index) => `ok ${index + 1} - healthz answers in time (${index} ms)`,
          ).join('\n'),
          durationMs: 4210,
        },
      ],
      { completedAt: now - 80_000, model: 'claude-sonnet-4-8', cost: 0.0181 },
    ),
    message('assistant', now - 79_000, [{ type: 'text', text: ANSWER }], {
      completedAt: now - 70_000,
      model: 'claude-sonnet-4-8',
      cost: 0.0132,
      tokens: { input: 412, output: 640, reasoning: 120, cacheRead: 11_800, cacheWrite: 900 },
    }),
  ]
}

export function conversation(now: number, rest: Partial<Conversation> = {}): Conversation {
  return {
    sessionId: SESSION,
    sessions: [
      {
        id: SESSION,
        title: 'Health endpoint for the API',
        createdAt: now - 100_000,
        updatedAt: now - 70_000,
      },
      {
        id: 'ses_0',
        title: 'Move to the new router',
        createdAt: now - 90_000_000,
        updatedAt: now - 86_000_000,
      },
    ],
    messages: turn(now),
    permissions: [],
    activity: { state: 'idle' },
    source: 'live',
    ...rest,
  }
}

/** As long as a conversation can get. */
export function longMessages(now: number, count: number): Message[] {
  return Array.from({ length: count }, (_, index) =>
    index % 2 === 0
      ? message('user', now - (count - index) * 1000, [{ type: 'text', text: `Question ${index / 2 + 1}` }])
      : message('assistant', now - (count - index) * 1000, [
          {
            type: 'text',
            text:
              index % 10 === 9
                ? ANSWER
                : `Answer ${index}: **done**, with \`code\` and a few more words about it.`,
          },
        ]),
  )
}
