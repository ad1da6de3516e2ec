import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createMeter } from '../../../../src/main/gateway/usage/meter.ts'
import type { Tokens } from '../../../../src/preload/tokens.ts'

const sse = (...events: (string | object)[]): string =>
  events.map((one) => `data: ${typeof one === 'string' ? one : JSON.stringify(one)}\n\n`).join('')
const named = (...events: { type: string }[]): string =>
  events.map((one) => `event: ${one.type}\ndata: ${JSON.stringify(one)}\n\n`).join('')

/** A model may write about usage and errors; that is text and counts for nothing. */
const TRAP =
  'It says "usage":{"prompt_tokens":9999,"completion_tokens":9} and "error":{"code":429} and "type":"error".'

interface Case {
  readonly text: string
  readonly tokens?: Tokens
  readonly error?: string
}

/** Answers as the vendors' references show them: the streaming pages of each. */
const answers: Readonly<Record<string, Case>> = {
  'OpenAI chat, streamed': {
    text: sse(
      { choices: [{ delta: { content: TRAP } }], usage: null },
      {
        choices: [],
        usage: {
          prompt_tokens: 1000,
          completion_tokens: 60,
          prompt_tokens_details: { cached_tokens: 900 },
          completion_tokens_details: { reasoning_tokens: 20 },
        },
      },
      '[DONE]',
    ),
    tokens: { input: 100, output: 60, cacheRead: 900, cacheWrite: 0, reasoning: 20 },
  },
  'OpenAI responses, streamed': {
    text: named(
      { type: 'response.created', response: { error: null, usage: null } } as { type: string },
      { type: 'response.output_text.delta', delta: TRAP } as { type: string },
      {
        type: 'response.completed',
        response: {
          error: null,
          usage: {
            input_tokens: 36,
            input_tokens_details: { cached_tokens: 6 },
            output_tokens: 87,
            output_tokens_details: { reasoning_tokens: 7 },
          },
        },
      } as { type: string },
    ),
    tokens: { input: 30, output: 87, cacheRead: 6, cacheWrite: 0, reasoning: 7 },
  },
  'OpenAI responses, an error event': {
    text: named({ type: 'error', code: 'rate_limit_exceeded', message: 'Slow {down}', param: null } as {
      type: string
    }),
    error: 'rate_limit_exceeded',
  },
  'OpenAI responses, failed': {
    text: named({
      type: 'response.failed',
      response: { error: { code: 'server_error', message: 'The model failed.' } },
    } as { type: string }),
    error: 'server_error',
  },
  'Anthropic, streamed': {
    text: named(
      {
        type: 'message_start',
        message: {
          usage: {
            input_tokens: 25,
            cache_creation_input_tokens: 5,
            cache_read_input_tokens: 2000,
            output_tokens: 1,
          },
        },
      } as { type: string },
      { type: 'content_block_delta', delta: { text: TRAP } } as { type: string },
      { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 15 } } as {
        type: string
      },
    ),
    tokens: { input: 25, output: 15, cacheRead: 2000, cacheWrite: 5, reasoning: 0 },
  },
  'Anthropic, overloaded half way': {
    text: named(
      { type: 'message_start', message: { usage: { input_tokens: 3, output_tokens: 1 } } } as {
        type: string
      },
      { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } } as { type: string },
    ),
    tokens: { input: 3, output: 1, cacheRead: 0, cacheWrite: 0, reasoning: 0 },
    error: 'overloaded_error',
  },
  'Gemini, streamed, counts growing': {
    text: sse(
      { candidates: [{ content: { parts: [{ text: TRAP }] } }], usageMetadata: { promptTokenCount: 50 } },
      {
        candidates: [],
        usageMetadata: {
          promptTokenCount: 50,
          cachedContentTokenCount: 40,
          candidatesTokenCount: 12,
          thoughtsTokenCount: 8,
        },
      },
    ),
    tokens: { input: 10, output: 20, cacheRead: 40, cacheWrite: 0, reasoning: 8 },
  },
  'a whole answer, indented': {
    text: JSON.stringify(
      { choices: [{ message: { content: TRAP } }], usage: { prompt_tokens: 7, completion_tokens: 3 } },
      null,
      2,
    ),
    tokens: { input: 7, output: 3, cacheRead: 0, cacheWrite: 0, reasoning: 0 },
  },
  'Bedrock, a binary frame': {
    text: `\u0000\u0001:event-type\u0007metadata{"metrics":{"latencyMs":9},"usage":{"inputTokens":11,"outputTokens":4,"totalTokens":15}}\u0002`,
    tokens: { input: 11, output: 4, cacheRead: 0, cacheWrite: 0, reasoning: 0 },
  },
  'OpenRouter, an error in a chunk': {
    text: sse({
      id: 'x',
      error: { code: 429, message: 'Rate limit "exceeded"' },
      choices: [{ finish_reason: 'error' }],
    }),
    error: '429',
  },
  'nothing that tells': { text: sse({ choices: [{ delta: { content: 'hi' } }] }, '[DONE]') },
  'members that are none': { text: '{"usage":5,"error":"no","usage" 7}' },
}

function read(text: string, cuts: readonly number[]): ReturnType<typeof createMeter> {
  const bytes = Buffer.from(text)
  const meter = createMeter()
  const at = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]
  for (let i = 1; i < at.length; i++) meter.push(bytes.subarray(at[i - 1], at[i]))
  return meter
}

describe.each(Object.entries(answers))('%s', (_, one) => {
  it('is read the same however it is cut', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(5000), { maxLength: 30 }), (cuts) => {
        const meter = read(one.text, cuts)
        expect(meter.tokens()).toEqual(one.tokens)
        if (one.error === undefined) expect(meter.error()).toBeUndefined()
        else expect(JSON.parse(meter.error()?.body ?? '{}')).toHaveProperty('error')
        if (one.error !== undefined) expect(meter.error()?.body).toContain(one.error)
      }),
    )
  })
  it('is read byte by byte', () => {
    const meter = read(
      one.text,
      Array.from({ length: one.text.length * 2 }, (_, i) => i),
    )
    expect(meter.tokens()).toEqual(one.tokens)
    expect(meter.error() !== undefined).toBe(one.error !== undefined)
  })
})

describe('a meter', () => {
  it('gives up on an object that never ends and goes on', () => {
    const endless = `"usage":{"a":"${'x'.repeat(200_000)}`
    const meter = read(
      `${endless}"}\n${answers['OpenAI chat, streamed']?.text}`,
      [1000, 50_000, 90_000, 150_000],
    )
    expect(meter.tokens()).toMatchObject({ input: 100 })
  })
  it("takes nothing from where a model writes: a tool's arguments, a list, a deeper object", () => {
    const written = {
      error: { code: 'insufficient_quota' },
      usage: { prompt_tokens: 99_999_999, completion_tokens: 9 },
    }
    const meter = read(
      sse(
        {
          candidates: [{ content: { parts: [{ functionCall: { args: written } }] } }],
          usageMetadata: { promptTokenCount: 5 },
        },
        { type: 'message', content: [{ type: 'tool_use', input: written }] },
        { message: [written], response: { output: [{ type: 'error', ...written }] }, tools: written },
        { item: { type: 'error', ...written }, metadata: written },
      ),
      [100, 200, 301],
    )
    expect(meter.error()).toBeUndefined()
    expect(meter.tokens()).toEqual({ input: 5, output: 0, cacheRead: 0, cacheWrite: 0, reasoning: 0 })
  })
  it.each([
    ['1.6', 2],
    ['1e300', 1_000_000_000],
    ['-3', 0],
    ['1e999', 0],
  ])('counts %s tokens as %i, which the book can take', (written, input) => {
    const meter = createMeter()
    meter.push(Buffer.from(`{"usage":{"prompt_tokens":${written},"completion_tokens":0}}`))
    expect(meter.tokens()?.input).toBe(input)
  })

  it('finds its way again after what is no document', () => {
    const noise = ['{{{', '{"a', '{"a":"b\n', '}}]]', '{7', '{"a":{"b":', '\u0000{\u0001'].join('\n')
    const meter = read(`${noise}\n"\n${answers['OpenAI chat, streamed']?.text}`, [])
    expect(meter.tokens()).toMatchObject({ input: 100 })
  })
  it('never throws', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 300 })), (chunks) => {
        const meter = createMeter()
        for (const chunk of chunks) meter.push(Buffer.from(chunk))
        meter.tokens()
      }),
    )
  })
})

describe('an answer made to be slow to read', () => {
  it('in very many small pieces behind much that is whole takes time for what comes only', () => {
    const meter = createMeter()
    const before = '{"usage":{"input_tokens":1}}\n'.repeat(1500)
    meter.push(Buffer.from(`${before}{"error":{"code":"`))
    const start = performance.now()
    for (let i = 0; i < 10_000; i++) meter.push(Buffer.from('x'))
    meter.push(Buffer.from('"}}'))
    expect(meter.error()?.body).toMatch(/^\{"error":\{"code":"x{10000}"\}\}$/)
    expect(meter.tokens()).toMatchObject({ input: 1 })
    // Some 10 ms; about 9 s where each piece looks through everything again.
    expect(performance.now() - start).toBeLessThan(2000)
  })
})
