import type { Kit } from './kit.ts'
import type { PromptRow } from './prompt-repo.ts'
import { runningServer } from './running.ts'
import { chooseSession } from './transcripts.ts'
import type { Conversations } from './types.ts'

type SendInput = Parameters<Conversations['send']>[0]

/** The prompt as it was first asked for, or kept now. Throws `not_found` for an unknown session. */
async function keep(kit: Kit, input: SendInput): Promise<PromptRow & { sessionId: string }> {
  const { prompts, deps, transcripts } = kit
  const { projectId, requestId, text } = input
  const { openCode } = runningServer(kit, projectId)
  const known = prompts.find(projectId, requestId)
  const session =
    chooseSession(await openCode.sessions(), known?.sessionId ?? input.sessionId) ??
    (await openCode.createSession())
  transcripts.sessions(projectId, [session])
  const at = deps.now()
  const prompt = known ?? { requestId, messageId: deps.messageIdFor(requestId, at), text, sent: false }
  const kept = { ...prompt, sessionId: session.id }
  if (known === undefined) prompts.insert(projectId, kept, at)
  else prompts.setSession(projectId, requestId, session.id)
  return kept
}

/**
 * Sends a prompt once, however often it is asked for: the request is kept with its message id before OpenCode gets it,
 * and OpenCode takes one message id once.
 */
export async function send(kit: Kit, input: SendInput): Promise<{ sessionId: string; messageId: string }> {
  const { prompts, states, deps } = kit
  const { projectId, requestId } = input
  const { sessionId, messageId, text, sent } = await keep(kit, input)
  if (sent) return { sessionId, messageId }
  const { openCode } = runningServer(kit, projectId)
  const { providerId, modelId } = states.row(projectId)
  await openCode.prompt({ sessionId, messageId, text, providerId, modelId })
  prompts.markSent(projectId, requestId, deps.now())
  states.touch(projectId)
  return { sessionId, messageId }
}
