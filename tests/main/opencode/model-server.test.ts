import { readFile } from 'node:fs/promises'
import { request as httpsRequest } from 'node:https'
import { createParser } from 'eventsource-parser'
import { afterEach, describe, expect, it } from 'vitest'
import { cut, fault, gate, say, streamError, think, useTool } from '../../support/model-server/replies.ts'
import { startModelServer } from '../../support/model-server/server.ts'
import type { ModelServer, ModelServerOptions } from '../../support/model-server/types.ts'

let server: ModelServer | undefined

async function start(options?: ModelServerOptions): Promise<ModelServer> {
  server = await startModelServer(options)
  return server
}

afterEach(async () => {
  await server?.close()
  server = undefined
})

const ASK = {
  'openai-chat': (stream: boolean) => ({
    path: '/v1/chat/completions',
    body: { model: 'm', stream, messages: [{ role: 'user', content: 'hello' }] },
  }),
  'openai-responses': (stream: boolean) => ({
    path: '/v1/responses',
    body: { model: 'm', stream, input: [{ role: 'user', content: [{ type: 'input_text', text: 'hello' }] }] },
  }),
  anthropic: (stream: boolean) => ({
    path: '/v1/messages',
    body: { model: 'm', stream, messages: [{ role: 'user', content: [{ type: 'text', text: 'hello' }] }] },
  }),
  gemini: (stream: boolean) => ({
    path: `/v1beta/models/m:${stream ? 'streamGenerateContent?alt=sse' : 'generateContent'}`,
    body: { contents: [{ role: 'user', parts: [{ text: 'hello' }] }] },
  }),
}
type Format = keyof typeof ASK
const FORMATS = Object.keys(ASK) as Format[]

function post(model: ModelServer, format: Format, stream: boolean, headers: Record<string, string> = {}) {
  const { path, body } = ASK[format](stream)
  return fetch(`http://127.0.0.1:${model.httpPort}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
}

/** The data of every server-sent event; the end marker of OpenAI's streams is left out. */
function events(text: string): Record<string, unknown>[] {
  const found: Record<string, unknown>[] = []
  const parser = createParser({
    onEvent: (event) => {
      if (event.data !== '[DONE]') found.push(JSON.parse(event.data))
    },
  })
  parser.feed(text)
  return found
}

/** Every string under a key, in order of appearance. */
function strings(value: unknown, key: string): string[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, each]) =>
    name === key && typeof each === 'string' ? [each] : strings(each, key),
  )
}

describe('answers', () => {
  it.each(FORMATS)('%s: echoes the last user text when nothing is scripted', async (format) => {
    const model = await start()
    const answer = await post(model, format, false)
    expect(answer.status).toBe(200)
    expect(JSON.stringify(await answer.json())).toContain('You said: hello')
    expect(model.prompts()).toHaveLength(1)
  })

  it('streams OpenAI chat in chunks, with usage and an end marker', async () => {
    const model = await start()
    model.script([think('hm'), say('one two '), useTool('bash', { command: 'ls' })])
    const text = await (await post(model, 'openai-chat', true)).text()
    const seen = events(text)
    expect(strings(seen, 'content').join('')).toBe('one two ')
    expect(strings(seen, 'reasoning_content')).toEqual(['hm'])
    expect(strings(seen, 'arguments')).toEqual(['{"command":"ls"}'])
    expect(strings(seen, 'finish_reason')).toEqual(['tool_calls'])
    expect(seen.at(-1)).toMatchObject({ usage: { prompt_tokens: expect.any(Number) } })
    expect(text.endsWith('data: [DONE]\n\n')).toBe(true)
  })

  it('streams OpenAI responses with matching item events and usage', async () => {
    const model = await start()
    model.script([think('hm'), say('one two '), useTool('bash', { command: 'ls' })])
    const seen = events(await (await post(model, 'openai-responses', true)).text())
    const types = seen.map((event) => event.type)
    expect(types[0]).toBe('response.created')
    expect(types.at(-1)).toBe('response.completed')
    const count = (type: string) => types.filter((each) => each === type).length
    expect(count('response.output_item.added')).toBe(3)
    expect(count('response.output_item.done')).toBe(3)
    const deltas = seen.filter((event) => event.type === 'response.output_text.delta')
    expect(deltas.map((event) => event.delta)).toEqual(['one ', 'two '])
    expect(seen.map((event) => event.sequence_number)).toEqual(seen.map((_, at) => at))
    expect(seen.at(-1)).toMatchObject({ response: { usage: { input_tokens: expect.any(Number) } } })
  })

  it('streams Anthropic messages as numbered blocks with usage', async () => {
    const model = await start()
    model.script([think('hm'), say('one two '), useTool('bash', { command: 'ls' })])
    const seen = events(await (await post(model, 'anthropic', true)).text())
    const kinds = (type: string) => seen.filter((event) => event.type === type)
    expect(kinds('content_block_start').map((event) => event.index)).toEqual([0, 1, 2])
    expect(kinds('content_block_stop').map((event) => event.index)).toEqual([0, 1, 2])
    expect(strings(kinds('content_block_delta'), 'text')).toEqual(['one ', 'two '])
    expect(strings(seen, 'partial_json')).toEqual(['{"command":"ls"}'])
    expect(kinds('message_delta')[0]).toMatchObject({
      delta: { stop_reason: 'tool_use' },
      usage: { output_tokens: expect.any(Number) },
    })
    expect(seen.at(-1)).toEqual({ type: 'message_stop' })
  })

  it('streams Gemini as documents with usage', async () => {
    const model = await start()
    model.script([think('hm'), say('one two '), useTool('bash', { command: 'ls' })])
    const seen = events(await (await post(model, 'gemini', true)).text())
    expect(strings(seen, 'text').join('')).toBe('hmone two ')
    expect(JSON.stringify(seen)).toContain('{"functionCall":{"name":"bash","args":{"command":"ls"}}}')
    expect(strings(seen, 'finishReason')).toEqual(['STOP'])
    expect(seen.at(-1)).toMatchObject({ usageMetadata: { promptTokenCount: expect.any(Number) } })
  })

  it('gives title requests the title and leaves the script alone', async () => {
    const model = await start({ title: 'Short' })
    model.script(say('scripted'))
    const title = await fetch(`http://127.0.0.1:${model.httpPort}/v1/chat/completions`, {
      method: 'POST',
      body: JSON.stringify({
        messages: [
          { role: 'system', content: 'You are a title generator. You output ONLY a thread title.' },
          { role: 'user', content: 'hello' },
        ],
      }),
    })
    expect(await title.text()).toContain('Short')
    expect(model.pending()).toBe(1)
    expect(model.prompts()).toHaveLength(0)
  })

  it('answers scripted functions with what they make of the request', async () => {
    const model = await start({ respond: (request) => say(`host ${request.host}`) })
    model.script((request) => say(`path ${request.path}`))
    expect(await (await post(model, 'anthropic', false)).text()).toContain('path /v1/messages')
    expect(await (await post(model, 'anthropic', false)).text()).toContain('host 127.0.0.1')
  })

  it('lists models, and answers anything else with a recorded 404', async () => {
    const model = await start()
    const base = `http://127.0.0.1:${model.httpPort}`
    expect(await (await fetch(`${base}/v1/models`)).json()).toMatchObject({ object: 'list' })
    expect((await fetch(`${base}/else`, { method: 'POST', body: 'x' })).status).toBe(404)
    expect(model.requests.at(-1)).toMatchObject({ path: '/else', body: 'x', listener: 'http' })
  })
})

describe('faults', () => {
  it.each([
    ['openai-chat', 429, { error: { code: 'rate_limit_exceeded' } }],
    ['openai-responses', 500, { error: { type: 'server_error' } }],
    ['anthropic', 529, { type: 'error', error: { type: 'overloaded_error' } }],
    ['gemini', 403, { error: { status: 'PERMISSION_DENIED' } }],
  ] as const)('%s: answers %i in the vendor’s shape', async (format, status, body) => {
    const model = await start()
    model.script(fault(status, { message: 'no', headers: { 'retry-after': '3' } }))
    const answer = await post(model, format, true)
    expect(answer.status).toBe(status)
    expect(answer.headers.get('retry-after')).toBe('3')
    expect(await answer.json()).toMatchObject(body)
  })

  it.each(FORMATS)('%s: refuses a credential that is not accepted', async (format) => {
    const model = await start({ acceptKeys: ['right'] })
    expect((await post(model, format, false)).status).toBe(401)
    expect((await post(model, format, false, { authorization: 'Bearer wrong' })).status).toBe(401)
    expect((await post(model, format, false, { authorization: 'Bearer right' })).status).toBe(200)
    expect((await post(model, format, false, { 'x-api-key': 'right' })).status).toBe(200)
    expect((await post(model, format, false, { 'x-goog-api-key': 'right' })).status).toBe(200)
  })

  it('cuts the stream after what was written', async () => {
    const model = await start()
    model.script([say('before '), cut()])
    const answer = await post(model, 'openai-chat', true)
    let got = ''
    const reading = (async () => {
      for await (const chunk of answer.body ?? []) got += Buffer.from(chunk).toString()
    })()
    await expect(reading).rejects.toThrow()
    expect(got).toContain('before ')
  })

  it.each(FORMATS)('%s: reports an error inside the stream', async (format) => {
    const model = await start()
    model.script([say('before '), streamError('it broke')])
    const answer = await post(model, format, true)
    expect(answer.status).toBe(200)
    expect(await answer.text()).toContain('it broke')
  })

  it('hangs until the gate opens', async () => {
    const model = await start()
    const hold = gate()
    model.script([say('a '), hold.step, say('b')])
    const body = (await post(model, 'anthropic', true)).body
    if (body === null) throw new Error('no body')
    const reader = body.pipeThrough(new TextDecoderStream()).getReader()
    let got = ''
    while (!got.includes('"a "')) got += (await reader.read()).value ?? ''
    expect(got).not.toContain('"b"')
    hold.open()
    for (let next = await reader.read(); !next.done; next = await reader.read()) got += next.value
    expect(got).toContain('"b"')
    await model.waitForRequest((request) => request.finished)
  })

  it('notices a client that goes away', async () => {
    const model = await start()
    model.script([say('a '), gate().step])
    const leave = new AbortController()
    const { path, body } = ASK.anthropic(true)
    await fetch(`http://127.0.0.1:${model.httpPort}${path}`, {
      method: 'POST',
      body: JSON.stringify(body),
      signal: leave.signal,
    })
    leave.abort()
    await model.waitForRequest((request) => request.aborted)
  })

  it('says what it saw when a request never comes', async () => {
    const model = await start()
    await fetch(`http://127.0.0.1:${model.httpPort}/v1/models`)
    await expect(model.waitForRequest((request) => request.path === '/no', 20)).rejects.toThrow('/v1/models')
  })
})

describe('TLS', () => {
  function get(model: ModelServer, host: string, ca: string | undefined): Promise<string> {
    const { promise, resolve, reject } = Promise.withResolvers<string>()
    const options = {
      host: '127.0.0.1',
      port: model.httpsPort,
      servername: host,
      path: '/v1/models',
      agent: false,
    }
    const request = httpsRequest(
      { ...options, headers: { host }, ...(ca === undefined ? {} : { ca }) },
      (answer) => {
        answer.resume()
        answer.on('end', () => resolve(String(answer.statusCode)))
      },
    )
    request.on('error', reject)
    request.end()
    return promise
  }

  it('answers any host with a certificate of its own authority', async () => {
    const model = await start()
    const ca = await readFile(model.caFile, 'utf8')
    expect(await get(model, 'api.example.com', ca)).toBe('200')
    expect(await get(model, 'other.example.org', ca)).toBe('200')
    expect(model.requests.map((request) => request.host)).toEqual(['api.example.com', 'other.example.org'])
    expect(model.requests[0]?.listener).toBe('https')
    await expect(get(model, 'api.example.com', undefined)).rejects.toThrow()
  })
})
