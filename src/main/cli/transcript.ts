import type { Message, Part } from '../../preload/conversation.ts'
import type { Context } from './context.ts'
import { paint, plain } from './io.ts'

/** What is printed of an answer: text as it comes, tools as they are used. */
export interface Transcript {
  message(message: Omit<Message, 'parts'>): void
  part(part: Part): void
  delta(delta: { readonly messageId: string; readonly partId: string; readonly text: string }): void
  end(summary: Readonly<Record<string, unknown>>): void
}

/**
 * Prints text to standard output and tools to standard error; with `--json`, every one as a line of JSON. A part is
 * printed as far as it is not printed yet, whether it comes whole or in pieces, once or twice.
 */
export function createTranscript(context: Context): Transcript {
  const { io, json } = context
  const roles = new Map<string, Message['role']>()
  const texts = new Map<string, string>()
  const waiting = new Map<string, Part[]>()
  const tools = new Map<string, string>()
  let lastPart: string | undefined
  let lastCharacter = '\n'

  const emit = (line: Readonly<Record<string, unknown>>): void => io.out(`${JSON.stringify(line)}\n`)
  const print = (partId: string, text: string): void => {
    if (text === '') return
    if (json) {
      emit({ type: 'text', partId, text })
      return
    }
    const apart = lastPart !== undefined && lastPart !== partId && lastCharacter !== '\n' ? '\n' : ''
    io.out(`${apart}${plain(text)}`)
    lastPart = partId
    lastCharacter = text.at(-1) ?? lastCharacter
  }
  const showText = (partId: string, whole: string): void => {
    const before = texts.get(partId) ?? ''
    texts.set(partId, whole)
    // What was printed cannot be taken back; a text that was rewritten is left as it was printed.
    if (whole.startsWith(before)) print(partId, whole.slice(before.length))
  }
  const showTool = (part: Extract<Part, { type: 'tool' }>): void => {
    if (tools.get(part.id) === part.state) return
    tools.set(part.id, part.state)
    if (json) emit({ type: 'tool', partId: part.id, tool: part.tool, title: part.title, state: part.state })
    else if (part.state === 'error') context.say(`· ${part.tool} failed: ${part.title}`)
    else if (part.state === 'completed') io.err(paint(io, 'dim', plain(`· ${part.tool} ${part.title}\n`)))
  }
  const show = (part: Part): void => {
    if (part.type === 'text') showText(part.id, part.text)
    else if (part.type === 'tool') showTool(part)
  }

  return {
    message(message) {
      roles.set(message.id, message.role)
      const parts = waiting.get(message.id) ?? []
      waiting.delete(message.id)
      if (message.role === 'assistant') for (const part of parts) show(part)
    },
    part(part) {
      const role = roles.get(part.messageId)
      if (role === 'assistant') show(part)
      // Whose it is comes with its message, which may follow.
      else if (role === undefined) waiting.set(part.messageId, [...(waiting.get(part.messageId) ?? []), part])
    },
    delta({ messageId, partId, text }) {
      const early = waiting.get(messageId)
      if (early !== undefined) {
        const grow = (part: Part): Part =>
          part.id === partId && part.type === 'text' ? { ...part, text: part.text + text } : part
        waiting.set(messageId, early.map(grow))
      }
      if (roles.get(messageId) !== 'assistant' || !texts.has(partId)) return
      showText(partId, (texts.get(partId) ?? '') + text)
    },
    end(summary) {
      if (json) emit({ type: 'end', ...summary })
      else if (lastCharacter !== '\n') io.out('\n')
    },
  }
}
