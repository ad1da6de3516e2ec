import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { modelsInPath } from '../../../src/main/gateway/model-of.ts'
import { createModelScanner } from '../../../src/main/gateway/model-scanner.ts'

/** Which model a request is for: from its path, or from its body while that arrives. */

describe('the path', () => {
  it.each([
    ['/v1beta/models/gemini-2.5-pro:streamGenerateContent?alt=sse', ['gemini-2.5-pro']],
    ['/v1beta/models/gemini-2.5-pro:generateContent', ['gemini-2.5-pro']],
    [
      '/v1/projects/p/locations/eu/publishers/anthropic/models/claude-sonnet-4%4020250514:streamRawPredict',
      ['claude-sonnet-4@20250514'],
    ],
    ['/openai/deployments/my-gpt/chat/completions?api-version=2025-01-01', ['my-gpt']],
    ['/model/amazon.nova-pro-v1%3A0/converse-stream', ['amazon.nova-pro-v1:0']],
    ['/model/us.amazon.nova-pro-v1:0/invoke', ['us.amazon.nova-pro-v1:0', 'amazon.nova-pro-v1:0']],
    ...['eu', 'apac', 'global', 'jp', 'au', 'us-gov'].map((region): [string, string[]] => [
      `/model/${region}.anthropic.claude-x/converse`,
      [`${region}.anthropic.claude-x`, 'anthropic.claude-x'],
    ]),
    [
      '/model/arn%3Aaws%3Abedrock%3Aeu-west-1%3A1%3Ainference-profile%2Feu.amazon.nova/converse',
      ['arn:aws:bedrock:eu-west-1:1:inference-profile/eu.amazon.nova', 'eu.amazon.nova', 'amazon.nova'],
    ],
    ['/v1/realtime?model=gpt-realtime', ['gpt-realtime']],
    ['/v1/realtime?a=1&model=gpt%2Dx&b=2', ['gpt-x']],
    ['/v1/realtime?submodel=x', []],
    ['/v1/models?x=/realtime?model=a', []],
    ['/v1/chat/completions', []],
    ['/v1/models/gpt-5', []],
    ['/v1/models/ft:gpt-4o:org::id', []],
    ['/v1/models?x=/deployments/a/', []],
    ['/model/a/other', []],
    ['/model/%E0%A4%A/converse', ['%E0%A4%A']],
  ])('%s', (path, names) => {
    expect(modelsInPath(path)).toEqual(names)
  })
})

it.each(['/v1/models/X:generateContent', '/model/X/converse', '/deployments/X/', '/v1/realtime?model=X'])(
  '%s with a name no model has names none',
  (path) => {
    expect(modelsInPath(path.replace('X', '0'.repeat(1024)))).toEqual(['0'.repeat(1024)])
    expect(modelsInPath(path.replace('X', '0'.repeat(1025)))).toEqual([])
  },
)

/** Feeds bytes in pieces of the given sizes, over and over; answers with what was found and how much was read. */
function scan(bytes: Buffer, sizes: readonly number[]): { model: string | undefined; read: number } {
  const scanner = createModelScanner()
  let at = 0
  for (let i = 0; at < bytes.length; i++) {
    const end = at + (sizes[i % sizes.length] ?? 1)
    const over = scanner.feed(bytes.subarray(at, end))
    at = Math.min(end, bytes.length)
    if (over) break
  }
  return { model: scanner.model(), read: at }
}

const modelIn = (text: string): string | undefined => scan(Buffer.from(text), [text.length || 1]).model

describe('the body', () => {
  it.each([
    ['{"model":"gpt-5","messages":[]}', 'gpt-5'],
    [' \r\n\t{ "messages" : [ { "model" : "no" } ] , "model" : "yes" } ', 'yes'],
    ['{"a":{"model":"no"},"b":"model","c":["model","no"],"model":"yes"}', 'yes'],
    [String.raw`{"a":"\"","b":"\\","c":"{[\\\"","model":"yes"}`, 'yes'],
    [String.raw`{"\u006d\u006f\u0064\u0065\u006c":"yes"}`, 'yes'],
    [String.raw`{"model":"\u00e9\/\"é"}`, 'é/"é'],
    [`{"${'x'.repeat(100_000)}":"${'"}'.repeat(9).replaceAll('"', '\\"')}","model":"yes"}`, 'yes'],
    ['{"model":""}', ''],
    ['{"models":"no","mode":"no","Model":"no"}', undefined],
    ['{"model":null}', undefined],
    ['{"model":7,"x":"no"}', undefined],
    ['{"model":{"model":"no"}}', undefined],
    ['{"model":["no"]}', undefined],
    ['{}', undefined],
    ['[{"model":"no"}]', undefined],
    ['"model"', undefined],
    ['', undefined],
    ['{"model":"never ends', undefined],
    ['{"model"', undefined],
    ['{"model"}', undefined],
    ['{"model":"bad \\x escape"}', undefined],
    [`{"model":"${'x'.repeat(2000)}"}`, undefined],
    ['--boundary\r\n{"model":"no"}', undefined],
    ['}}}}{"model":"no"}', undefined],
  ])('%s', (text, model) => {
    expect(modelIn(text)).toBe(model)
  })

  it('says what JSON.parse says, wherever the bytes are cut', () => {
    const key = fc.oneof(
      fc.constantFrom('model', 'modem', 'messages', '"model"', '\\'),
      fc.string({ unit: 'grapheme' }),
    )
    const text = fc.oneof(
      fc.constantFrom('model', '"model":"x"', '{', '}\\"', '\\'),
      fc.string({ unit: 'grapheme' }),
    )
    const { value } = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        text,
        fc.oneof(fc.integer(), fc.double(), fc.boolean(), fc.constant(null)),
        fc.array(tie('value'), { maxLength: 4 }),
        fc.dictionary(key, tie('value'), { maxKeys: 4 }),
      ),
    }))
    const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 })
    const indent = fc.constantFrom('', ' ', '\t', '\n')
    const object = fc.dictionary(key, value, { maxKeys: 6 })
    fc.assert(
      fc.property(fc.oneof(object, value), sizes, indent, fc.boolean(), (made, cuts, blank, escapes) => {
        const plain = JSON.stringify(made, null, blank)
        const json = escapes ? plain.replace(/[^\0-\x7f]/g, escaped) : plain
        const parsed: unknown = JSON.parse(json)
        const isObject = typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)
        const model: unknown =
          isObject && Object.hasOwn(parsed, 'model') ? Reflect.get(parsed, 'model') : undefined
        const bytes = Buffer.from(json)
        expect(scan(bytes, cuts).model).toBe(typeof model === 'string' ? model : undefined)
      }),
      { numRuns: 2000 },
    )
  })

  it('finds a model or none in anything, and never throws', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.string(), (bytes, tail) => {
        scan(Buffer.from(bytes), [7])
        scan(Buffer.from(`{"model"${tail}`), [3])
      }),
    )
  })

  it('reads no further than it must', () => {
    const rest = `,"messages":"${'x'.repeat(100_000)}"}`
    expect(scan(Buffer.from(`{"model":"gpt-5"${rest}`), [100]).read).toBe(100)
    expect(scan(Buffer.from(`{"model":5${rest}`), [100]).read).toBe(100)
    expect(scan(Buffer.from(`no json${rest}`), [100]).read).toBe(100)
    expect(scan(Buffer.from(`{}${rest}`), [100]).read).toBe(100)
  })
})

const escaped = (character: string): string =>
  [...Array(character.length).keys()]
    .map((i) => `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`)
    .join('')
