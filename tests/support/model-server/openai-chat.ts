import { dataEvent, tokens } from './sse.ts'
import type { Asked, Writer } from './types.ts'

interface Call {
  readonly id: string
  readonly type: 'function'
  readonly function: { readonly name: string; readonly arguments: string }
}

/** What has been answered so far. */
interface Answer {
  readonly asked: Asked
  content: string
  reasoning: string
  readonly calls: Call[]
}

function head({ asked }: Answer, object: string) {
  return { id: `chatcmpl-${asked.serial}`, object, created: 1_700_000_000, model: asked.model }
}

function chunk(answer: Answer, delta: unknown, finish: string | null = null): string {
  const choices = [{ index: 0, delta, finish_reason: finish }]
  return dataEvent({ ...head(answer, 'chat.completion.chunk'), choices })
}

function finish({ calls }: Answer): string {
  return calls.length > 0 ? 'tool_calls' : 'stop'
}

function usage({ asked, content, reasoning, calls }: Answer) {
  const output = tokens(content + reasoning + JSON.stringify(calls))
  return {
    prompt_tokens: asked.inputTokens,
    completion_tokens: output,
    total_tokens: asked.inputTokens + output,
  }
}

function addCall(answer: Answer, name: string, input: Readonly<Record<string, unknown>>): string {
  const index = answer.calls.length
  const call: Call = {
    id: `call_${answer.asked.serial}_${index}`,
    type: 'function',
    function: { name, arguments: JSON.stringify(input) },
  }
  answer.calls.push(call)
  return chunk(answer, { tool_calls: [{ index, ...call }] })
}

function whole(answer: Answer) {
  const calls = answer.calls.length > 0 ? { tool_calls: answer.calls } : {}
  const message = { role: 'assistant', content: answer.content, ...calls }
  return {
    ...head(answer, 'chat.completion'),
    choices: [{ index: 0, message, finish_reason: finish(answer) }],
    usage: usage(answer),
  }
}

/** https://platform.openai.com/docs/api-reference/chat */
export function openAiChat(asked: Asked): Writer {
  const answer: Answer = { asked, content: '', reasoning: '', calls: [] }
  return {
    contentType: 'text/event-stream; charset=utf-8',
    begin: () => chunk(answer, { role: 'assistant', content: '' }),
    text(text) {
      answer.content += text
      return chunk(answer, { content: text })
    },
    reasoning(text) {
      answer.reasoning += text
      return chunk(answer, { reasoning_content: text })
    },
    tool: (name, input) => addCall(answer, name, input),
    error: (message) => dataEvent({ error: { message, type: 'server_error', param: null, code: null } }),
    end: () =>
      chunk(answer, {}, finish(answer)) +
      dataEvent({ ...head(answer, 'chat.completion.chunk'), choices: [], usage: usage(answer) }) +
      'data: [DONE]\n\n',
    whole: () => whole(answer),
  }
}
