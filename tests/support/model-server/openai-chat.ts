import { dataEvent, tokens } from './sse.ts'
import type { Asked, Writer } from './types.ts'

interface Call {
  readonly index: number
  readonly id: string
  readonly type: 'function'
  readonly function: { readonly name: string; readonly arguments: string }
}

/** https://platform.openai.com/docs/api-reference/chat */
export function openAiChat(asked: Asked): Writer {
  const id = `chatcmpl-${asked.serial}`
  let content = ''
  let reasoning = ''
  const calls: Call[] = []

  const chunk = (delta: unknown, finish: string | null = null) =>
    dataEvent({
      id,
      object: 'chat.completion.chunk',
      created: 1_700_000_000,
      model: asked.model,
      choices: [{ index: 0, delta, finish_reason: finish }],
    })
  const finish = () => (calls.length > 0 ? 'tool_calls' : 'stop')
  const usage = () => {
    const output = tokens(content + reasoning + JSON.stringify(calls))
    return {
      prompt_tokens: asked.inputTokens,
      completion_tokens: output,
      total_tokens: asked.inputTokens + output,
    }
  }

  return {
    contentType: 'text/event-stream; charset=utf-8',
    begin: () => chunk({ role: 'assistant', content: '' }),
    text(text) {
      content += text
      return chunk({ content: text })
    },
    reasoning(text) {
      reasoning += text
      return chunk({ reasoning_content: text })
    },
    tool(name, input) {
      const call: Call = {
        index: calls.length,
        id: `call_${asked.serial}_${calls.length}`,
        type: 'function',
        function: { name, arguments: JSON.stringify(input) },
      }
      calls.push(call)
      return chunk({ tool_calls: [call] })
    },
    error: (message) => dataEvent({ error: { message, type: 'server_error', param: null, code: null } }),
    end: () =>
      chunk({}, finish()) +
      dataEvent({
        id,
        object: 'chat.completion.chunk',
        created: 1_700_000_000,
        model: asked.model,
        choices: [],
        usage: usage(),
      }) +
      'data: [DONE]\n\n',
    whole: () => ({
      id,
      object: 'chat.completion',
      created: 1_700_000_000,
      model: asked.model,
      choices: [
        {
          index: 0,
          message: {
            role: 'assistant',
            content,
            ...(calls.length > 0
              ? {
                  tool_calls: calls.map((call) => ({
                    id: call.id,
                    type: call.type,
                    function: call.function,
                  })),
                }
              : {}),
          },
          finish_reason: finish(),
        },
      ],
      usage: usage(),
    }),
  }
}
