import { tokens, typedEvent } from './sse.ts'
import type { Asked, Writer } from './types.ts'

type Block =
  | { readonly type: 'text'; text: string }
  | { readonly type: 'thinking'; readonly thinking: string; readonly signature: string }
  | { readonly type: 'tool_use'; readonly id: string; readonly name: string; readonly input: unknown }

/** What has been answered so far. The index of a block is its place in `blocks`. */
interface Answer {
  readonly asked: Asked
  readonly blocks: Block[]
  /** The last block is text and not closed yet. */
  textOpen: boolean
}

function delta({ blocks }: Answer, change: unknown): string {
  return typedEvent({ type: 'content_block_delta', index: blocks.length - 1, delta: change })
}

function stop({ blocks }: Answer): string {
  return typedEvent({ type: 'content_block_stop', index: blocks.length - 1 })
}

function closeText(answer: Answer): string {
  if (!answer.textOpen) return ''
  answer.textOpen = false
  return stop(answer)
}

/** Begins a block; `empty` is how it is announced. */
function start(answer: Answer, block: Block, empty: unknown): string {
  const closing = closeText(answer)
  answer.blocks.push(block)
  const index = answer.blocks.length - 1
  return closing + typedEvent({ type: 'content_block_start', index, content_block: empty })
}

function addText(answer: Answer, text: string): string {
  const empty = { type: 'text', text: '' } as const
  const opening = answer.textOpen ? '' : start(answer, { ...empty }, empty)
  answer.textOpen = true
  const block = answer.blocks.at(-1)
  if (block?.type === 'text') block.text += text
  return opening + delta(answer, { type: 'text_delta', text })
}

function addThinking(answer: Answer, thinking: string): string {
  const signature = 'c2lnbmF0dXJl'
  const block = { type: 'thinking', thinking, signature } as const
  return (
    start(answer, block, { type: 'thinking', thinking: '', signature: '' }) +
    delta(answer, { type: 'thinking_delta', thinking }) +
    delta(answer, { type: 'signature_delta', signature }) +
    stop(answer)
  )
}

function addTool(answer: Answer, name: string, input: Readonly<Record<string, unknown>>): string {
  const head = { type: 'tool_use', id: `toolu_${answer.asked.serial}_${answer.blocks.length}`, name } as const
  return (
    start(answer, { ...head, input }, { ...head, input: {} }) +
    delta(answer, { type: 'input_json_delta', partial_json: JSON.stringify(input) }) +
    stop(answer)
  )
}

function outputTokens({ blocks }: Answer): number {
  return tokens(JSON.stringify(blocks))
}

function stopReason({ blocks }: Answer): string {
  return blocks.some((block) => block.type === 'tool_use') ? 'tool_use' : 'end_turn'
}

function message({ asked }: Answer, content: readonly Block[], reason: string | null, output: number) {
  const cache = { cache_creation_input_tokens: 0, cache_read_input_tokens: 0 }
  return {
    id: `msg_${asked.serial}`,
    type: 'message',
    role: 'assistant',
    model: asked.model,
    content,
    stop_reason: reason,
    stop_sequence: null,
    usage: { input_tokens: asked.inputTokens, ...cache, output_tokens: output },
  }
}

function end(answer: Answer): string {
  return (
    closeText(answer) +
    typedEvent({
      type: 'message_delta',
      delta: { stop_reason: stopReason(answer), stop_sequence: null },
      usage: { output_tokens: outputTokens(answer) },
    }) +
    typedEvent({ type: 'message_stop' })
  )
}

/** https://docs.anthropic.com/en/api/messages-streaming */
export function anthropic(asked: Asked): Writer {
  const answer: Answer = { asked, blocks: [], textOpen: false }
  return {
    contentType: 'text/event-stream; charset=utf-8',
    begin: () =>
      typedEvent({ type: 'message_start', message: message(answer, [], null, 1) }) +
      typedEvent({ type: 'ping' }),
    text: (text) => addText(answer, text),
    reasoning: (text) => addThinking(answer, text),
    tool: (name, input) => addTool(answer, name, input),
    error: (text) => typedEvent({ type: 'error', error: { type: 'api_error', message: text } }),
    end: () => end(answer),
    whole: () => message(answer, answer.blocks, stopReason(answer), outputTokens(answer)),
  }
}
