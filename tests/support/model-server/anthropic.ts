import { tokens, typedEvent } from './sse.ts'
import type { Asked, Writer } from './types.ts'

type Block =
  | { readonly type: 'text'; text: string }
  | { readonly type: 'thinking'; thinking: string; readonly signature: string }
  | { readonly type: 'tool_use'; readonly id: string; readonly name: string; readonly input: unknown }

/** https://docs.anthropic.com/en/api/messages-streaming */
export function anthropic(asked: Asked): Writer {
  const blocks: Block[] = []
  let textOpen = false

  const index = () => blocks.length - 1
  const delta = (change: unknown) =>
    typedEvent({ type: 'content_block_delta', index: index(), delta: change })
  const stop = () => typedEvent({ type: 'content_block_stop', index: index() })
  const start = (block: Block, empty: unknown) => {
    const closing = textOpen ? stop() : ''
    textOpen = false
    blocks.push(block)
    return closing + typedEvent({ type: 'content_block_start', index: index(), content_block: empty })
  }
  const outputTokens = () => tokens(JSON.stringify(blocks))
  const stopReason = () => (blocks.some((block) => block.type === 'tool_use') ? 'tool_use' : 'end_turn')
  const message = (content: readonly Block[], output: number) => ({
    id: `msg_${asked.serial}`,
    type: 'message',
    role: 'assistant',
    model: asked.model,
    content,
    stop_sequence: null,
    usage: {
      input_tokens: asked.inputTokens,
      cache_creation_input_tokens: 0,
      cache_read_input_tokens: 0,
      output_tokens: output,
    },
  })

  return {
    contentType: 'text/event-stream; charset=utf-8',
    begin: () =>
      typedEvent({ type: 'message_start', message: { ...message([], 1), stop_reason: null } }) +
      typedEvent({ type: 'ping' }),
    text(text) {
      const opening = textOpen ? '' : start({ type: 'text', text: '' }, { type: 'text', text: '' })
      textOpen = true
      const block = blocks.at(-1)
      if (block?.type === 'text') block.text += text
      return opening + delta({ type: 'text_delta', text })
    },
    reasoning(text) {
      const block: Block = { type: 'thinking', thinking: text, signature: 'c2lnbmF0dXJl' }
      return (
        start(block, { type: 'thinking', thinking: '', signature: '' }) +
        delta({ type: 'thinking_delta', thinking: text }) +
        delta({ type: 'signature_delta', signature: block.signature }) +
        stop()
      )
    },
    tool(name, input) {
      const id = `toolu_${asked.serial}_${blocks.length}`
      return (
        start({ type: 'tool_use', id, name, input }, { type: 'tool_use', id, name, input: {} }) +
        delta({ type: 'input_json_delta', partial_json: JSON.stringify(input) }) +
        stop()
      )
    },
    error: (text) => typedEvent({ type: 'error', error: { type: 'api_error', message: text } }),
    end: () =>
      (textOpen ? stop() : '') +
      typedEvent({
        type: 'message_delta',
        delta: { stop_reason: stopReason(), stop_sequence: null },
        usage: { output_tokens: outputTokens() },
      }) +
      typedEvent({ type: 'message_stop' }),
    whole: () => ({ ...message(blocks, outputTokens()), stop_reason: stopReason() }),
  }
}
