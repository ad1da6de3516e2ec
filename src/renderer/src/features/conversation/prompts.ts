import type { Message } from '../../../../preload/conversation.ts'

/** The text of the newest prompt, as it was typed. */
export function lastPromptOf(messages: readonly Message[]): string | undefined {
  const message = messages.findLast((one) => one.role === 'user')
  const text = message?.parts.map((part) => (part.type === 'text' ? part.text : '')).join('')
  return text === '' ? undefined : text
}
