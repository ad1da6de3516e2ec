import { describe, expect, it } from 'vitest'
import { createEventMapper } from '../../../src/main/opencode/events.ts'
import { cleanMessage, problemOf } from '../../../src/main/opencode/map-error.ts'
import { cut } from '../../../src/main/opencode/map-tool.ts'
import { fromFolder } from '../../../src/main/opencode/paths.ts'
import { createPermissionBook } from '../../../src/main/opencode/permission-book.ts'

const DIRECTORY = '/work/app'

function mapper() {
  return createEventMapper({ directory: DIRECTORY, book: createPermissionBook() })
}

function assistant(more: Record<string, unknown> = {}) {
  return {
    type: 'message.updated',
    properties: {
      sessionID: 's',
      info: {
        id: 'm',
        sessionID: 's',
        role: 'assistant',
        time: { created: 1 },
        providerID: 'anthropic',
        modelID: 'c',
        ...more,
      },
    },
  }
}

function error(name: string, data: Record<string, unknown> = {}) {
  return { name, data }
}

const sessionError = (name: string, data: Record<string, unknown> = {}) => ({
  type: 'session.error',
  properties: { sessionID: 's', error: error(name, data) },
})

describe('events', () => {
  it.each([
    [null],
    ['text'],
    [{}],
    [{ type: 'plugin.added', properties: { id: 'x' } }],
    [{ type: 'message.updated', properties: {} }],
    [{ type: 'message.part.updated', properties: { part: { type: 'tool', id: 1 } } }],
  ])('makes nothing of %j', (data) => {
    expect(mapper().map(data)).toEqual([])
  })

  it('keeps parts of kinds it does not know to itself', () => {
    const part = { id: 'p', messageID: 'm', sessionID: 's', type: 'hologram', light: true }
    expect(mapper().map({ type: 'message.part.updated', properties: { part } })).toEqual([])
  })

  it('turns deltas of text into deltas and drops empty ones and other fields', () => {
    const delta = (field: string, text: string) => ({
      type: 'message.part.delta',
      properties: { sessionID: 's', messageID: 'm', partID: 'p', field, delta: text },
    })
    expect(mapper().map(delta('text', 'hi'))).toEqual([
      { type: 'delta', sessionId: 's', messageId: 'm', partId: 'p', text: 'hi' },
    ])
    expect(mapper().map(delta('text', ''))).toEqual([])
    expect(mapper().map(delta('metadata', 'x'))).toEqual([])
  })

  it('passes on what is removed', () => {
    const ids = { sessionID: 's', messageID: 'm', partID: 'p' }
    expect(mapper().map({ type: 'message.removed', properties: ids })).toEqual([
      { type: 'message-removed', sessionId: 's', messageId: 'm' },
    ])
    expect(mapper().map({ type: 'message.part.removed', properties: ids })).toEqual([
      { type: 'part-removed', sessionId: 's', messageId: 'm', partId: 'p' },
    ])
  })

  it('tells an error once when its message carries it, and once when none does', () => {
    const events = mapper()
    events.map(assistant())
    expect(events.map(sessionError('APIError', { message: 'no', statusCode: 500 }))).toEqual([])
    const carried = events.map(
      assistant({
        time: { created: 1, completed: 2 },
        error: error('APIError', { message: 'no', statusCode: 500 }),
      }),
    )
    expect(carried).toMatchObject([{ type: 'message', message: { problem: { code: 'provider_error' } } }])

    const lonely = events.map(sessionError('UnknownError', { message: 'Model not found: a/b.' }))
    expect(lonely).toMatchObject([{ type: 'problem', sessionId: 's', problem: { code: 'unknown_model' } }])
    const again = 'ProviderModelNotFoundError: Model not found: a/b.\n    at <anonymous> (/$bunfs/x.js:1:2)'
    expect(events.map(sessionError('UnknownError', { message: again }))).toEqual([])
  })

  it('adds a grey line to a stopped answer', () => {
    const changes = mapper().map(assistant({ error: error('MessageAbortedError', { message: 'Aborted' }) }))
    expect(changes).toMatchObject([
      { type: 'message', message: { id: 'm' } },
      { type: 'part', part: { type: 'note', text: 'Stopped', id: 'm-stopped' } },
    ])
    expect(changes[0]).not.toHaveProperty('message.problem')
  })

  it('shows nothing of a subagent’s session but what it asks for', () => {
    const events = mapper()
    const session = { id: 'child', parentID: 's', title: 't', time: { created: 1, updated: 1 } }
    expect(events.map({ type: 'session.created', properties: { info: session } })).toEqual([])
    const status = { sessionID: 'child', status: { type: 'busy' } }
    expect(events.map({ type: 'session.status', properties: status })).toEqual([])
    const asked = {
      id: 'per',
      sessionID: 'child',
      permission: 'bash',
      patterns: ['ls'],
      metadata: { command: 'ls' },
    }
    expect(events.map({ type: 'permission.asked', properties: asked })).toMatchObject([
      { type: 'permission', permission: { sessionId: 's', kind: 'bash', title: 'ls' } },
    ])
    const replied = { sessionID: 'child', requestID: 'per', reply: 'once' }
    expect(events.map({ type: 'permission.replied', properties: replied })).toEqual([
      { type: 'permission-gone', sessionId: 's', permissionId: 'per' },
    ])
  })

  it('shows a running tool’s output so far, and an input cut to size', () => {
    const state = {
      status: 'running',
      input: { command: 'cat big\nsecond line', description: 'd' },
      metadata: { output: 'x'.repeat(200_000) },
      time: { start: 5 },
    }
    const part = { id: 'p', messageID: 'm', sessionID: 's', type: 'tool', tool: 'bash', state }
    const [change] = mapper().map({ type: 'message.part.updated', properties: { part } })
    expect(change).toMatchObject({ type: 'part', part: { title: 'cat big', state: 'running' } })
    const output = change?.type === 'part' && change.part.type === 'tool' ? change.part.output : ''
    expect(output?.length).toBeLessThan(103_000)
    expect(output).toMatch(/97600 more bytes are not shown$/)
  })
})

describe('errors of model requests', () => {
  it.each([
    ['APIError', { message: 'bad key', statusCode: 401 }, 'credential_rejected'],
    ['APIError', { message: 'not yours', statusCode: 403 }, 'credential_rejected'],
    ['ProviderAuthError', { message: 'no key', providerID: 'x' }, 'credential_rejected'],
    ['APIError', { message: 'slow down', statusCode: 429 }, 'provider_error'],
    ['APIError', { message: 'broken', statusCode: 500 }, 'provider_error'],
    ['APIError', { message: 'Cannot connect to API' }, 'provider_unreachable'],
    ['ContextOverflowError', { message: 'too long' }, 'provider_error'],
    ['MessageOutputLengthError', {}, 'provider_error'],
    ['ContentFilterError', { message: 'withheld' }, 'provider_error'],
    ['UnknownError', { message: 'Model not found: a/b' }, 'unknown_model'],
    ['SomethingNew', {}, 'provider_error'],
  ])('%s %j is %s', (name, data, code) => {
    const problem = problemOf(error(name, data), 'anthropic')
    expect(problem?.code).toBe(code)
    expect(problem?.message).toMatch(/[.]$/)
    if ('message' in data) expect(problem?.message).toContain(data.message)
  })

  it('keeps the code Berth’s own gateway gave', () => {
    const data = {
      message: 'No account is connected for anthropic.',
      statusCode: 403,
      responseHeaders: { 'x-berth-error': 'no_credential' },
    }
    expect(problemOf(error('APIError', data), 'anthropic')).toEqual({
      code: 'no_credential',
      message: data.message,
    })
  })

  it('takes the sentence out of stacks and JSON, and credentials out of the sentence', () => {
    expect(cleanMessage('TypeError: it failed\n    at foo (/x.js:1)')).toBe('it failed')
    expect(cleanMessage('{"type":"error","error":{"message":"overloaded"}}')).toBe('overloaded')
    expect(cleanMessage('{not json')).toBe('{not json')
    expect(cleanMessage('Incorrect API key provided: sk-proj-abcdefghijklmnop1234')).not.toContain('abcdef')
  })
})

describe('texts', () => {
  it.each([
    ['/work/app/src/a.ts', 'src/a.ts'],
    ['work/app/src/a.ts', 'src/a.ts'],
    ['/work/application/a.ts', '/work/application/a.ts'],
    ['ls -la', 'ls -la'],
  ])('sees %s from the folder as %s', (path, shown) => {
    expect(fromFolder(path, DIRECTORY)).toBe(shown)
  })

  it('cuts between characters', () => {
    const text = 'é'.repeat(60_000)
    expect(cut('short')).toBe('short')
    expect(cut(text)).not.toContain('\uFFFD')
    expect(cut(text)).toMatch(/more bytes are not shown$/)
  })
})
