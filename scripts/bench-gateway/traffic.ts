/** What is sent and answered in every measurement. */

export const REAL_KEY = 'sk-bench-0123456789abcdefghijklmnopqrstuvwxyzABCDEF'
/** Of the second account. */
export const OTHER_KEY = REAL_KEY.replace('0123456789', '9876543210')
/** The provider whose host TLS is ended for, and the user's own that is reached by plain HTTP. */
export const HOST = 'api.openai.com'
export const PROJECT = 'bench'

const REQUEST_BYTES = 43 * 1024
const ANSWER_BYTES = 512
export const CHUNKS = 1000

export type Kind = 'whole' | 'streamed'

function padded(bytes: number, make: (padding: string) => string): string {
  return make('x'.repeat(bytes - make('').length))
}

/** 43 kB in OpenAI's form: a conversation, as OpenCode sends it. */
export function requestBody(kind: Kind): Buffer {
  const text = padded(REQUEST_BYTES, (padding) =>
    JSON.stringify({
      model: 'gpt-bench',
      stream: kind === 'streamed',
      messages: [
        { role: 'system', content: 'You are a bench.' },
        { role: 'user', content: padding },
      ],
    }),
  )
  return Buffer.from(text)
}

/** Half a kilobyte. */
export const wholeAnswer: string = padded(ANSWER_BYTES, (padding) =>
  JSON.stringify({
    id: 'chatcmpl-bench',
    object: 'chat.completion',
    created: 1,
    model: 'gpt-bench',
    choices: [{ index: 0, message: { role: 'assistant', content: padding }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 10, completion_tokens: 10, total_tokens: 20 },
  }),
)

/** One of a thousand pieces of a streamed answer. */
export function pieceOf(i: number): string {
  const piece = {
    id: 'chatcmpl-bench',
    object: 'chat.completion.chunk',
    created: 1,
    model: 'gpt-bench',
    choices: [{ index: 0, delta: { content: ` word${i}` }, finish_reason: null }],
  }
  return `data: ${JSON.stringify(piece)}\n\n`
}

export const LAST_PIECE = 'data: [DONE]\n\n'
