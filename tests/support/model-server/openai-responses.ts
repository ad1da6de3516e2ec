import { tokens, typedEvent } from './sse.ts'
import type { Asked, Writer } from './types.ts'

type Item = { readonly id: string; readonly type: string; readonly [field: string]: unknown }

/** What has been answered so far. `index` of an item is its place in `items`. */
interface Answer {
  readonly asked: Asked
  readonly items: Item[]
  /** The text item that is being written. */
  open: { readonly id: string; text: string } | undefined
  sequence: number
}

function event(answer: Answer, data: { readonly type: string; readonly [field: string]: unknown }): string {
  return typedEvent({ ...data, sequence_number: answer.sequence++ })
}

function usage({ asked, items }: Answer) {
  const output = tokens(JSON.stringify(items))
  return {
    input_tokens: asked.inputTokens,
    input_tokens_details: { cached_tokens: 0 },
    output_tokens: output,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: asked.inputTokens + output,
  }
}

function response(answer: Answer, status: 'in_progress' | 'completed') {
  return {
    id: `resp_${answer.asked.serial}`,
    object: 'response',
    created_at: 1_700_000_000,
    model: answer.asked.model,
    status,
    error: null,
    incomplete_details: null,
    output: answer.items,
    usage: status === 'completed' ? usage(answer) : null,
  }
}

function outputText(text: string) {
  return { type: 'output_text', text, annotations: [] }
}

function textItem(id: string, text: string): Item {
  return { id, type: 'message', role: 'assistant', status: 'completed', content: [outputText(text)] }
}

function openText(answer: Answer): { readonly frames: string; readonly open: { id: string; text: string } } {
  if (answer.open !== undefined) return { frames: '', open: answer.open }
  const output_index = answer.items.length
  const open = { id: `msg_${answer.asked.serial}_${output_index}`, text: '' }
  answer.open = open
  const item = { ...textItem(open.id, ''), status: 'in_progress', content: [] }
  const at = { item_id: open.id, output_index, content_index: 0 }
  const frames =
    event(answer, { type: 'response.output_item.added', output_index, item }) +
    event(answer, { type: 'response.content_part.added', ...at, part: outputText('') })
  return { frames, open }
}

function closeText(answer: Answer): string {
  const { open } = answer
  if (open === undefined) return ''
  const item = textItem(open.id, open.text)
  const output_index = answer.items.length
  const at = { item_id: open.id, output_index, content_index: 0 }
  const frames =
    event(answer, { type: 'response.output_text.done', ...at, text: open.text }) +
    event(answer, { type: 'response.content_part.done', ...at, part: outputText(open.text) }) +
    event(answer, { type: 'response.output_item.done', output_index, item })
  answer.items.push(item)
  answer.open = undefined
  return frames
}

/** A whole item at once: `empty` as it is announced, then its own events, then complete. */
function addItem(answer: Answer, item: Item, empty: Item, inner: () => string): string {
  const output_index = answer.items.length
  const frames =
    event(answer, { type: 'response.output_item.added', output_index, item: empty }) +
    inner() +
    event(answer, { type: 'response.output_item.done', output_index, item })
  answer.items.push(item)
  return frames
}

function addReasoning(answer: Answer, text: string): string {
  const before = closeText(answer)
  const output_index = answer.items.length
  const id = `rs_${answer.asked.serial}_${output_index}`
  const item = { id, type: 'reasoning', summary: [{ type: 'summary_text', text }] }
  const at = { item_id: id, output_index, summary_index: 0 }
  const inner = () =>
    event(answer, {
      type: 'response.reasoning_summary_part.added',
      ...at,
      part: { type: 'summary_text', text: '' },
    }) +
    event(answer, { type: 'response.reasoning_summary_text.delta', ...at, delta: text }) +
    event(answer, { type: 'response.reasoning_summary_text.done', ...at, text }) +
    event(answer, { type: 'response.reasoning_summary_part.done', ...at, part: item.summary[0] })
  return before + addItem(answer, item, { ...item, summary: [] }, inner)
}

function addCall(answer: Answer, name: string, input: Readonly<Record<string, unknown>>): string {
  const before = closeText(answer)
  const output_index = answer.items.length
  const id = `fc_${answer.asked.serial}_${output_index}`
  const call_id = `call_${answer.asked.serial}_${output_index}`
  const text = JSON.stringify(input)
  const item = { id, type: 'function_call', status: 'completed', call_id, name, arguments: text }
  const at = { item_id: id, output_index }
  const inner = () =>
    event(answer, { type: 'response.function_call_arguments.delta', ...at, delta: text }) +
    event(answer, { type: 'response.function_call_arguments.done', ...at, arguments: text })
  return before + addItem(answer, item, { ...item, status: 'in_progress', arguments: '' }, inner)
}

function addText(answer: Answer, text: string): string {
  const { frames, open } = openText(answer)
  open.text += text
  const at = { item_id: open.id, output_index: answer.items.length, content_index: 0 }
  return frames + event(answer, { type: 'response.output_text.delta', ...at, delta: text })
}

/** https://platform.openai.com/docs/api-reference/responses-streaming */
export function openAiResponses(asked: Asked): Writer {
  const answer: Answer = { asked, items: [], open: undefined, sequence: 0 }
  return {
    contentType: 'text/event-stream; charset=utf-8',
    begin: () =>
      event(answer, { type: 'response.created', response: response(answer, 'in_progress') }) +
      event(answer, { type: 'response.in_progress', response: response(answer, 'in_progress') }),
    text: (text) => addText(answer, text),
    reasoning: (text) => addReasoning(answer, text),
    tool: (name, input) => addCall(answer, name, input),
    error: (message) => event(answer, { type: 'error', code: 'server_error', message, param: null }),
    end: () =>
      closeText(answer) +
      event(answer, { type: 'response.completed', response: response(answer, 'completed') }),
    whole() {
      closeText(answer)
      return response(answer, 'completed')
    },
  }
}
