import { tokens, typedEvent } from './sse.ts'
import type { Asked, Writer } from './types.ts'

interface TextItem {
  readonly id: string
  readonly type: 'message'
  readonly role: 'assistant'
  readonly status: 'completed'
  readonly content: readonly {
    readonly type: 'output_text'
    readonly text: string
    readonly annotations: readonly []
  }[]
}
interface CallItem {
  readonly id: string
  readonly type: 'function_call'
  readonly status: 'completed'
  readonly call_id: string
  readonly name: string
  readonly arguments: string
}
interface ReasoningItem {
  readonly id: string
  readonly type: 'reasoning'
  readonly summary: readonly { readonly type: 'summary_text'; readonly text: string }[]
}
type Item = TextItem | CallItem | ReasoningItem

function textItem(id: string, text: string): TextItem {
  return {
    id,
    type: 'message',
    role: 'assistant',
    status: 'completed',
    content: [{ type: 'output_text', text, annotations: [] }],
  }
}

/** https://platform.openai.com/docs/api-reference/responses-streaming */
export function openAiResponses(asked: Asked): Writer {
  const items: Item[] = []
  let open: { id: string; text: string } | undefined
  let sequence = 0

  const event = (data: { readonly type: string; readonly [field: string]: unknown }) =>
    typedEvent({ ...data, sequence_number: sequence++ })
  const response = (status: string) => {
    const output = tokens(JSON.stringify(items))
    return {
      id: `resp_${asked.serial}`,
      object: 'response',
      created_at: 1_700_000_000,
      model: asked.model,
      status,
      error: null,
      incomplete_details: null,
      output: items,
      usage:
        status === 'completed'
          ? {
              input_tokens: asked.inputTokens,
              input_tokens_details: { cached_tokens: 0 },
              output_tokens: output,
              output_tokens_details: { reasoning_tokens: 0 },
              total_tokens: asked.inputTokens + output,
            }
          : null,
    }
  }
  const closeText = () => {
    if (open === undefined) return ''
    const item = textItem(open.id, open.text)
    const at = { item_id: open.id, output_index: items.length, content_index: 0 }
    const frames =
      event({ type: 'response.output_text.done', ...at, text: open.text }) +
      event({ type: 'response.content_part.done', ...at, part: item.content[0] }) +
      event({ type: 'response.output_item.done', output_index: items.length, item })
    items.push(item)
    open = undefined
    return frames
  }
  const openText = (id: string) => {
    open = { id, text: '' }
    const item = { ...textItem(id, ''), status: 'in_progress', content: [] }
    return (
      event({ type: 'response.output_item.added', output_index: items.length, item }) +
      event({
        type: 'response.content_part.added',
        item_id: id,
        output_index: items.length,
        content_index: 0,
        part: { type: 'output_text', text: '', annotations: [] },
      })
    )
  }

  return {
    contentType: 'text/event-stream; charset=utf-8',
    begin: () =>
      event({ type: 'response.created', response: response('in_progress') }) +
      event({ type: 'response.in_progress', response: response('in_progress') }),
    text(text) {
      const opening = open === undefined ? openText(`msg_${asked.serial}_${items.length}`) : ''
      const current = open ?? { id: '', text: '' }
      current.text += text
      const at = { item_id: current.id, output_index: items.length, content_index: 0 }
      return opening + event({ type: 'response.output_text.delta', ...at, delta: text })
    },
    reasoning(text) {
      const before = closeText()
      const id = `rs_${asked.serial}_${items.length}`
      const item: ReasoningItem = { id, type: 'reasoning', summary: [{ type: 'summary_text', text }] }
      const at = { item_id: id, output_index: items.length, summary_index: 0 }
      const part = { type: 'summary_text', text: '' }
      const frames =
        event({
          type: 'response.output_item.added',
          output_index: items.length,
          item: { ...item, summary: [] },
        }) +
        event({ type: 'response.reasoning_summary_part.added', ...at, part }) +
        event({ type: 'response.reasoning_summary_text.delta', ...at, delta: text }) +
        event({ type: 'response.reasoning_summary_text.done', ...at, text }) +
        event({ type: 'response.reasoning_summary_part.done', ...at, part: { ...part, text } }) +
        event({ type: 'response.output_item.done', output_index: items.length, item })
      items.push(item)
      return before + frames
    },
    tool(name, input) {
      const before = closeText()
      const id = `fc_${asked.serial}_${items.length}`
      const item: CallItem = {
        id,
        type: 'function_call',
        status: 'completed',
        call_id: `call_${asked.serial}_${items.length}`,
        name,
        arguments: JSON.stringify(input),
      }
      const at = { item_id: id, output_index: items.length }
      const frames =
        event({
          type: 'response.output_item.added',
          output_index: items.length,
          item: { ...item, status: 'in_progress', arguments: '' },
        }) +
        event({ type: 'response.function_call_arguments.delta', ...at, delta: item.arguments }) +
        event({ type: 'response.function_call_arguments.done', ...at, arguments: item.arguments }) +
        event({ type: 'response.output_item.done', output_index: items.length, item })
      items.push(item)
      return before + frames
    },
    error: (message) => event({ type: 'error', code: 'server_error', message, param: null }),
    end: () => closeText() + event({ type: 'response.completed', response: response('completed') }),
    whole() {
      closeText()
      return response('completed')
    },
  }
}
