import { setTimeout as pause } from 'node:timers/promises'
import type { OpencodeClient } from '@opencode-ai/sdk/v2/client'
import { z } from 'zod'
import { BerthError } from '../errors.ts'
import { call } from './http.ts'
import type { OpenCode } from './types.ts'
import { wireMessageWithParts, wireStatus } from './wire.ts'

type Prompt = Parameters<OpenCode['prompt']>[0]

/** OpenCode answers before it has stored the message; how long that may take, and how often Berth looks. */
const STORED_WITHIN_MS = 30_000
const LOOK_EVERY_MS = 50
/** A session whose answer is about to begin is idle for a moment. */
const SETTLE_MS = 1_000

/** Sends prompts so that the same message id never makes two messages. */
export function createPrompter(sdk: OpencodeClient): OpenCode['prompt'] {
  const sending = new Map<string, Promise<void>>()
  return (prompt) => {
    const key = `${prompt.sessionId}/${prompt.messageId}`
    const running = sending.get(key) ?? deliver(sdk, prompt).finally(() => sending.delete(key))
    sending.set(key, running)
    return running
  }
}

async function deliver(sdk: OpencodeClient, prompt: Prompt): Promise<void> {
  if (await stored(sdk, prompt)) {
    // Stored but never answered: the server ended between the two. The same message without parts starts the answer
    // and adds nothing to the text (tried with 1.18.33).
    if (await waitsForAnswer(sdk, prompt)) await post(sdk, prompt, [])
    return
  }
  await post(sdk, prompt, [{ type: 'text', text: prompt.text }])
  const deadline = Date.now() + STORED_WITHIN_MS
  while (!(await stored(sdk, prompt))) {
    if (Date.now() > deadline)
      throw new BerthError(
        'opencode_timeout',
        'OpenCode took the prompt but did not store it. Try again, or restart the project.',
      )
    await pause(LOOK_EVERY_MS)
  }
}

async function post(
  sdk: OpencodeClient,
  prompt: Prompt,
  parts: { type: 'text'; text: string }[],
): Promise<void> {
  await call('take the prompt', z.unknown(), () =>
    sdk.session.promptAsync({
      sessionID: prompt.sessionId,
      messageID: prompt.messageId,
      model: { providerID: prompt.providerId, modelID: prompt.modelId },
      parts,
    }),
  )
}

/** Whether the message is there. A missing session is an error, not a missing message. */
async function stored(sdk: OpencodeClient, prompt: Prompt): Promise<boolean> {
  const ids = { sessionID: prompt.sessionId, messageID: prompt.messageId }
  try {
    await call('look for the prompt', z.unknown(), () => sdk.session.message(ids))
    return true
  } catch (error) {
    if (!(error instanceof BerthError) || error.code !== 'not_found') throw error
  }
  await call('open the session', z.unknown(), () => sdk.session.get({ sessionID: prompt.sessionId }))
  return false
}

async function waitsForAnswer(sdk: OpencodeClient, prompt: Prompt): Promise<boolean> {
  if (!(await unanswered(sdk, prompt))) return false
  await pause(SETTLE_MS)
  return unanswered(sdk, prompt)
}

async function unanswered(sdk: OpencodeClient, prompt: Prompt): Promise<boolean> {
  const states = await call('say what it is doing', z.record(z.string(), wireStatus), () =>
    sdk.session.status(),
  )
  const state = states[prompt.sessionId]
  if (state !== undefined && state.type !== 'idle') return false
  const messages = await call('read the conversation', z.array(wireMessageWithParts), () =>
    sdk.session.messages({ sessionID: prompt.sessionId }),
  )
  return messages.at(-1)?.info.id === prompt.messageId
}
