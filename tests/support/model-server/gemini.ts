import { dataEvent, tokens } from './sse.ts'
import type { Asked, Writer } from './types.ts'

type GeminiPart =
  | { readonly text: string; readonly thought?: true }
  | { readonly functionCall: { readonly name: string; readonly args: unknown } }

/** https://ai.google.dev/api/generate-content */
export function gemini(asked: Asked): Writer {
  const parts: GeminiPart[] = []

  const usage = () => {
    const output = tokens(JSON.stringify(parts))
    return {
      promptTokenCount: asked.inputTokens,
      candidatesTokenCount: output,
      totalTokenCount: asked.inputTokens + output,
    }
  }
  const document = (content: readonly GeminiPart[], ended: boolean) => ({
    candidates: [
      {
        content: { role: 'model', parts: content },
        ...(ended ? { finishReason: 'STOP' } : {}),
        index: 0,
      },
    ],
    usageMetadata: usage(),
    modelVersion: asked.model,
    responseId: `resp-${asked.serial}`,
  })
  const add = (part: GeminiPart) => {
    parts.push(part)
    return dataEvent(document([part], false))
  }

  return {
    contentType: 'text/event-stream',
    begin: () => '',
    text: (text) => add({ text }),
    reasoning: (text) => add({ text, thought: true }),
    tool: (name, input) => add({ functionCall: { name, args: input } }),
    error: (message) => dataEvent({ error: { code: 500, message, status: 'INTERNAL' } }),
    end: () => dataEvent(document([{ text: '' }], true)),
    whole: () => document(parts, true),
  }
}
