import type { AnyEvent, ErrorCode } from '../../preload/contract.ts'
import type {
  Activity,
  Conversation,
  ConversationChange,
  Message,
  Permission,
} from '../../preload/conversation.ts'
import { BerthError } from '../errors.ts'
import type { Context } from './context.ts'
import { asErrorCode } from './exit-codes.ts'
import type { Link } from './link.ts'
import { createTranscript } from './transcript.ts'

export interface AnswerEnd {
  readonly problem: { readonly code: ErrorCode; readonly message: string } | undefined
}

/** The answer to one prompt, printed as it is written. */
export interface Answer {
  /** Call it before the prompt is sent: nothing that comes is then missed. */
  listen(): Promise<void>
  /** Prints what belongs to the prompt until its answer has ended. */
  follow(sent: { readonly sessionId: string; readonly messageId: string }): Promise<AnswerEnd>
}

type Sent = Parameters<Answer['follow']>[0]

/** The messages that answer the prompt: those of OpenCode after it. */
function answersIn({ messages }: Conversation, { messageId }: Sent): Message[] {
  const at = messages.findIndex(({ id }) => id === messageId)
  return messages.slice(at + 1).filter(({ role }) => at !== -1 && role === 'assistant')
}

interface Deps {
  readonly projectId: string
  onPermission(permission: Permission): void
}

/** Takes the changes of one session in, and knows when its answer is over. */
function createFollower(context: Context, link: Link, { projectId, onPermission }: Deps, sent: Sent) {
  const { sessionId } = sent
  const transcript = createTranscript(context)
  const ended = Promise.withResolvers<AnswerEnd>()
  let problem: AnswerEnd['problem']
  let begun = false
  let askedAt = Number.POSITIVE_INFINITY
  const fail = (found: { readonly code: string; readonly message: string } | undefined): void => {
    if (found !== undefined) problem = { code: asErrorCode(found.code), message: found.message }
  }
  let over = false
  const end = (): void => {
    if (over) return
    over = true
    transcript.end({ sessionId, ...(problem === undefined ? {} : { problem }) })
    ended.resolve({ problem })
  }
  const takeMessage = (message: Omit<Message, 'parts'>): void => {
    if (message.sessionId !== sessionId) return
    if (message.id === sent.messageId) askedAt = message.createdAt
    // What is older than the prompt is no answer to it. Ids do not tell: the prompt's is Berth's own.
    if (message.role !== 'assistant' || message.createdAt < askedAt) return
    transcript.message(message)
    begun = true
    fail(message.problem)
  }
  const reread = async (): Promise<void> => {
    const now = await link.call('conversation.get', { projectId, sessionId })
    const prompt = now.messages.find(({ id }) => id === sent.messageId)
    if (prompt !== undefined) takeMessage(prompt)
    for (const message of answersIn(now, sent)) {
      takeMessage(message)
      for (const part of message.parts) transcript.part(part)
    }
    for (const permission of now.permissions) onPermission(permission)
    if (begun && now.activity.state === 'idle') end()
  }
  const readAgain = (): void => {
    reread().catch((error: unknown) => ended.reject(error))
  }
  const takeActivity = (activity: Activity): void => {
    if (activity.state === 'retry') context.say(`Attempt ${activity.attempt} failed: ${activity.message}`)
    if (activity.state !== 'idle') begun = true
    // Read once more, so that nothing is missing of what was said.
    else if (begun) readAgain()
  }
  const take = (change: ConversationChange): void => {
    if ('sessionId' in change && change.sessionId !== sessionId) return
    switch (change.type) {
      case 'message':
        takeMessage(change.message)
        break
      case 'part':
        transcript.part(change.part)
        break
      case 'delta':
        transcript.delta(change)
        break
      case 'permission':
        // Also of the sessions OpenCode opens for parts of the work.
        onPermission(change.permission)
        break
      case 'problem':
        begun = true
        fail(change.problem)
        break
      case 'activity':
        takeActivity(change.activity)
        break
      case 'reload':
        readAgain()
    }
  }
  return { take, fail: (error: BerthError) => ended.reject(error), ended: ended.promise }
}

export function createAnswer(context: Context, link: Link, deps: Deps): Answer {
  const { projectId } = deps
  const early: AnyEvent[] = []
  let sink = (event: AnyEvent): void => void early.push(event)
  return {
    listen: () => link.listen(['conversation.changed', 'project.changed'], (event) => sink(event)),
    async follow(sent) {
      const follower = createFollower(context, link, deps, sent)
      sink = (event) => {
        if (event.name === 'conversation.changed' && event.payload.projectId === projectId) {
          follower.take(event.payload.change)
        } else if (event.name === 'project.changed' && event.payload.id === projectId) {
          const { state, name, problem } = event.payload
          if (state !== 'failed' && state !== 'stopped') return
          const code = asErrorCode(problem?.code ?? 'project_stopped')
          follower.fail(
            new BerthError(code, problem?.message ?? `${name} was stopped before it had answered.`),
          )
        }
      }
      for (const event of early.splice(0)) sink(event)
      void link.gone.then(() =>
        follower.fail(new BerthError('shutting_down', 'Berth ended before the answer did.')),
      )
      return follower.ended
    },
  }
}
