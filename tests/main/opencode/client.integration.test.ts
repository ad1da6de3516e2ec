import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { connectOpenCode } from '../../../src/main/opencode/client.ts'
import { openCodeConfig } from '../../../src/main/opencode/config.ts'
import { messageIdFor } from '../../../src/main/opencode/message-id.ts'
import type { ConversationChange, Message } from '../../../src/preload/conversation.ts'
import { conversationChange, message as messageShape } from '../../../src/preload/conversation.ts'
import { fault, gate, say, streamError, think, useTool } from '../../support/model-server/replies.ts'
import { startModelServer } from '../../support/model-server/server.ts'
import type { ModelServer } from '../../support/model-server/types.ts'
import { type OpenCodeProcess, startOpenCodeProcess } from '../../support/opencode-process.ts'

let model: ModelServer
let server: OpenCodeProcess
let feed: Feed

const CUSTOM = { id: 'my-own', name: 'My own', baseUrl: 'http://unused', models: [{ id: 'm1', name: 'M1' }] }
const ANTHROPIC = { providerId: 'anthropic', modelId: 'claude-sonnet-4-5' }

/** The four wire formats, each with a provider of the real catalog or the config that speaks it. */
const FORMATS = [
  { format: 'anthropic', ...ANTHROPIC },
  { format: 'openai-responses', providerId: 'openai', modelId: 'gpt-4.1' },
  { format: 'gemini', providerId: 'google', modelId: 'gemini-2.5-flash' },
  { format: 'openai-chat', providerId: CUSTOM.id, modelId: 'm1' },
]

interface Feed {
  readonly seen: ConversationChange[]
  waitFor(test: (change: ConversationChange) => boolean, from?: number): Promise<ConversationChange>
  close(): Promise<void>
}

function follow(process: OpenCodeProcess): Feed {
  const end = new AbortController()
  const seen: ConversationChange[] = []
  const wakes = new Set<() => void>()
  const ended = process.client.follow(end.signal, (change) => {
    seen.push(conversationChange.parse(change))
    for (const wake of wakes) wake()
  })
  return {
    seen,
    waitFor(test, from = 0) {
      const { promise, resolve, reject } = Promise.withResolvers<ConversationChange>()
      const look = () => {
        const found = seen.slice(from).find(test)
        if (found !== undefined) resolve(found)
      }
      const timer = setTimeout(
        () => reject(new Error(`no such change; seen: ${JSON.stringify(seen.slice(from)).slice(0, 4000)}`)),
        30_000,
      )
      wakes.add(look)
      look()
      return promise.finally(() => {
        clearTimeout(timer)
        wakes.delete(look)
      })
    },
    async close() {
      end.abort()
      await ended
    },
  }
}

function config(base: string): string {
  const made = JSON.parse(openCodeConfig({ ...ANTHROPIC, custom: [CUSTOM] }))
  made.provider[CUSTOM.id].options.baseURL = `${base}/custom/v1`
  made.provider.anthropic = { options: { baseURL: `${base}/anthropic/v1` } }
  made.provider.openai = { options: { baseURL: `${base}/openai/v1` } }
  made.provider.google = { options: { baseURL: `${base}/google/v1beta` } }
  return JSON.stringify(made)
}

let requests = 0
async function ask(text: string, to: { providerId: string; modelId: string } = ANTHROPIC) {
  const from = feed.seen.length
  const session = await server.client.createSession()
  const messageId = messageIdFor(`request${++requests}`)
  const prompt = { sessionId: session.id, messageId, text, providerId: to.providerId, modelId: to.modelId }
  await server.client.prompt(prompt)
  const mine = (change: ConversationChange) => 'sessionId' in change && change.sessionId === session.id
  const idle = () =>
    feed.waitFor((each) => each.type === 'activity' && mine(each) && each.activity.state === 'idle', from)
  return { sessionId: session.id, messageId, prompt, from, mine, idle }
}

async function lastMessage(sessionId: string): Promise<Message> {
  const last = (await server.client.messages(sessionId)).at(-1)
  if (last === undefined) throw new Error('no messages')
  return messageShape.parse(last)
}

/** The answer's message once it is complete. Errors arrive after the session is already idle. */
async function completed(sessionId: string, from: number) {
  await feed.waitFor(
    (each) =>
      each.type === 'message' &&
      each.message.sessionId === sessionId &&
      each.message.role === 'assistant' &&
      each.message.completedAt !== undefined,
    from,
  )
  return lastMessage(sessionId)
}

beforeAll(async () => {
  model = await startModelServer({ acceptKeys: ['sk-right'] })
  server = await startOpenCodeProcess({ config: config(`http://127.0.0.1:${model.httpPort}`) })
  for (const { providerId } of FORMATS) {
    await server.client.setAuth(providerId, { type: 'api', key: 'sk-right' })
  }
  feed = follow(server)
  await feed.waitFor((change) => change.type === 'reload')
})

afterEach(() => model.reset())

afterAll(async () => {
  await feed?.close()
  await server?.close()
  await model?.close()
})

describe('server and credentials', () => {
  it('tells its version, and nothing where no server is', async () => {
    expect(await server.client.health()).toBe('1.18.33')
    const gone = createServer().listen(0, '127.0.0.1')
    await once(gone, 'listening')
    const { port } = gone.address() as AddressInfo
    gone.close()
    const nowhere = connectOpenCode({ endpoint: `http://127.0.0.1:${port}`, password: '' })
    expect(await nowhere.health()).toBeUndefined()
    await expect(nowhere.sessions()).rejects.toMatchObject({ code: 'project_stopped' })
  })

  it('refuses a wrong password in a sentence', async () => {
    const stranger = connectOpenCode({ endpoint: server.endpoint, password: 'wrong' })
    await expect(stranger.sessions()).rejects.toMatchObject({ code: 'opencode_error' })
    await expect(stranger.sessions()).rejects.toThrow(/refused Berth's login/)
  })

  it('lists exactly the providers that have a credential', async () => {
    const all = FORMATS.map((each) => each.providerId).sort()
    expect((await server.client.connected()).sort()).toEqual(all)
    await server.client.setAuth('xai', {
      type: 'oauth',
      access: 'a',
      refresh: 'r',
      expires: Date.now() + 1e10,
    })
    await server.client.setAuth('groq', { type: 'api', key: 'sk-groq' })
    const from = feed.seen.length
    await server.client.reload()
    expect((await server.client.connected()).sort()).toEqual([...all, 'groq', 'xai'].sort())
    await server.client.removeAuth('groq')
    await server.client.removeAuth('xai')
    await server.client.reload()
    expect((await server.client.connected()).sort()).toEqual(all)
    await feed.waitFor((change) => change.type === 'reload', from)
  })
})

describe('answers', () => {
  it.each(FORMATS)('$format: streams the text as it is written', async (to) => {
    const hold = gate()
    model.script([say('one two '), hold.step, say('three')])
    const { sessionId, mine, from, idle } = await ask('count', to)
    const delta = (text: string) =>
      feed.waitFor((each) => each.type === 'delta' && mine(each) && each.text.includes(text), from)
    await delta('two')
    expect(await server.client.activity(sessionId)).toEqual({ state: 'busy' })
    hold.open()
    await delta('three')
    await idle()
    const text = feed.seen
      .slice(from)
      .flatMap((each) => (each.type === 'delta' && mine(each) ? [each.text] : []))
      .join('')
    expect(text).toBe('one two three')
    const answer = await completed(sessionId, from)
    expect(answer.parts).toMatchObject([{ type: 'text', text: 'one two three' }])
    expect(answer.tokens?.input).toBeGreaterThan(100)
    expect(answer.model).toBe(`${to.providerId}/${to.modelId}`)
    expect(model.prompts().at(-1)?.format).toBe(to.format)
    expect(await server.client.activity(sessionId)).toEqual({ state: 'idle' })
  })

  it('names the session with a model of the same provider', async () => {
    const { sessionId, from } = await ask('hello', FORMATS[3])
    await feed.waitFor(
      (each) => each.type === 'session' && each.session.id === sessionId && each.session.title !== '',
      from,
    )
    const title = await model.waitForRequest((request) => request.isTitle)
    expect(title.path).toBe('/custom/v1/chat/completions')
    await feed.waitFor((each) => each.type === 'session' && each.session.title === 'A scripted title', from)
    await completed(sessionId, from)
    const listed = await server.client.sessions()
    expect(listed.find((session) => session.id === sessionId)?.title).toBe('A scripted title')
  })

  it('shows reasoning as a part of its own', async () => {
    model.script([think('let me think'), say('done')])
    const { sessionId, from } = await ask('think')
    const { parts } = await completed(sessionId, from)
    expect(parts).toMatchObject([
      { type: 'reasoning', text: 'let me think' },
      { type: 'text', text: 'done' },
    ])
  })

  it('sends one prompt for one message id', async () => {
    const { sessionId, prompt, from } = await ask('only once')
    await Promise.all([server.client.prompt(prompt), server.client.prompt(prompt)])
    await completed(sessionId, from)
    await server.client.prompt(prompt)
    expect(model.prompts()).toHaveLength(1)
    const messages = await server.client.messages(sessionId)
    expect(messages.map((each) => each.role)).toEqual(['user', 'assistant'])
    expect(messages[0]?.parts).toMatchObject([{ type: 'text', text: 'only once' }])
  })

  it('stops in the middle: the text stays, the vendor is left, and it is no problem', async () => {
    model.script([say('a beginning '), gate().step])
    const { sessionId, mine, from } = await ask('long')
    await feed.waitFor((each) => each.type === 'delta' && mine(each) && each.text.includes('beginning'), from)
    await server.client.stop(sessionId)
    await model.waitForRequest((request) => request.aborted && !request.isTitle)
    const answer = await completed(sessionId, from)
    expect(answer.problem).toBeUndefined()
    expect(answer.parts).toMatchObject([
      { type: 'text', text: 'a beginning ' },
      { type: 'note', text: 'Stopped' },
    ])
    await server.client.stop(sessionId)
  })
})

describe('tools and permissions', () => {
  async function permission(from: number) {
    const change = await feed.waitFor((each) => each.type === 'permission', from)
    if (change.type !== 'permission') throw new Error('unreachable')
    return change.permission
  }

  it('asks before it writes, once, and shows the file and the output', async () => {
    const file = join(server.folder, 'a.txt')
    model.script(useTool('write', { filePath: file, content: 'one\n' }), say('written'))
    const { sessionId, from } = await ask('write')
    const asked = await permission(from)
    expect(asked).toMatchObject({ sessionId, kind: 'edit', title: 'a.txt', patterns: ['a.txt'] })
    expect(await server.client.permissions()).toMatchObject([{ id: asked.id, title: 'a.txt' }])
    await expect(readFile(file, 'utf8')).rejects.toThrow()
    await server.client.answerPermission({ sessionId, permissionId: asked.id, answer: 'once' })
    await feed.waitFor((each) => each.type === 'permission-gone' && each.permissionId === asked.id, from)
    await feed.waitFor((each) => each.type === 'delta' && each.text === 'written', from)
    expect(await readFile(file, 'utf8')).toBe('one\n')
    expect(await server.client.permissions()).toEqual([])
    const tool = (await server.client.messages(sessionId)).flatMap((each) => each.parts)[1]
    expect(tool).toMatchObject({ type: 'tool', tool: 'write', title: 'a.txt', state: 'completed' })
    await expect(
      server.client.answerPermission({ sessionId, permissionId: asked.id, answer: 'once' }),
    ).rejects.toMatchObject({ code: 'not_found' })
  })

  it('does not do what is rejected', async () => {
    model.script(useTool('bash', { command: 'touch no.txt', description: 'make a file' }))
    const { sessionId, from } = await ask('touch')
    const asked = await permission(from)
    expect(asked).toMatchObject({ kind: 'bash', title: 'touch no.txt', patterns: ['touch no.txt'] })
    await server.client.answerPermission({ sessionId, permissionId: asked.id, answer: 'reject' })
    const rejected = await feed.waitFor(
      (each) => each.type === 'part' && each.part.type === 'tool' && each.part.state === 'error',
      from,
    )
    expect(rejected).toMatchObject({ part: { tool: 'bash', title: 'touch no.txt' } })
    await expect(readFile(join(server.folder, 'no.txt'))).rejects.toThrow()
  })

  it('asks no more after `always`, and shows the diff of an edit', async () => {
    const file = join(server.folder, 'b.txt')
    await writeFile(file, 'one\ntwo\n')
    const edit = (oldString: string, newString: string) =>
      useTool('edit', { filePath: file, oldString, newString })
    model.script(useTool('read', { filePath: file }), edit('one', 'uno'), edit('two', 'due'), say('edited'))
    const { sessionId, from } = await ask('edit')
    const asked = await permission(from)
    await server.client.answerPermission({ sessionId, permissionId: asked.id, answer: 'always' })
    await feed.waitFor((each) => each.type === 'delta' && each.text === 'edited', from)
    expect(feed.seen.slice(from).filter((each) => each.type === 'permission')).toHaveLength(1)
    expect(await readFile(file, 'utf8')).toBe('uno\ndue\n')
    const tools = (await server.client.messages(sessionId))
      .flatMap((each) => each.parts)
      .filter((part) => part.type === 'tool')
    expect(tools.map((tool) => [tool.tool, tool.title])).toEqual([
      ['read', 'b.txt'],
      ['edit', 'b.txt'],
      ['edit', 'b.txt'],
    ])
    expect(tools[1]?.diff).toContain('-one\n+uno')
  })

  it('brings what a subagent asks for to the conversation it belongs to', async () => {
    const task = { description: 'do it', prompt: 'sub', subagent_type: 'general' }
    model.script(useTool('task', task), useTool('bash', { command: 'echo sub' }), say('sub done'), say('all'))
    const { sessionId, from } = await ask('delegate')
    const asked = await permission(from)
    expect(asked).toMatchObject({ sessionId, title: 'echo sub' })
    expect(await server.client.permissions()).toMatchObject([{ sessionId }])
    await server.client.answerPermission({ sessionId, permissionId: asked.id, answer: 'once' })
    await feed.waitFor((each) => each.type === 'delta' && each.text === 'all', from)
    const ofOthers = feed.seen
      .slice(from)
      .filter((each) => 'sessionId' in each && each.sessionId !== sessionId)
    expect(ofOthers).toEqual([])
    expect((await server.client.sessions()).filter((each) => each.title.includes('subagent'))).toEqual([])
  })

  it('still tells what is asked for when OpenCode cannot list it', async () => {
    model.script(useTool('webfetch', { url: 'http://127.0.0.1:1/', format: 'text' }))
    const { sessionId, from } = await ask('fetch')
    const asked = await permission(from)
    expect(asked).toMatchObject({ kind: 'webfetch', title: 'http://127.0.0.1:1/' })
    expect(await server.client.permissions()).toEqual([asked])
    await server.client.answerPermission({ sessionId, permissionId: asked.id, answer: 'reject' })
    await feed.waitFor((each) => each.type === 'permission-gone', from)
    expect(await server.client.permissions()).toEqual([])
  })
})

describe('errors', () => {
  it('names a refused credential with the vendor’s words', async () => {
    model.script(fault(401, { message: 'invalid x-api-key' }))
    const { sessionId, from } = await ask('hello')
    const answer = await completed(sessionId, from)
    expect(answer.problem?.code).toBe('credential_rejected')
    expect(answer.problem?.message).toMatch(/anthropic refused .*invalid x-api-key \(401\)/)
    expect(feed.seen.slice(from).filter((each) => each.type === 'problem')).toEqual([])
  })

  it('shows a rate limit as a retry with its time', async () => {
    model.script(fault(429, { message: 'slow down', headers: { 'retry-after': '2' } }), say('at last'))
    const { mine, from } = await ask('hello')
    const retry = await feed.waitFor(
      (each) => each.type === 'activity' && mine(each) && each.activity.state === 'retry',
      from,
    )
    expect(retry).toMatchObject({ activity: { attempt: 1, message: 'slow down' } })
    await feed.waitFor((each) => each.type === 'delta' && mine(each) && each.text.includes('last'), from)
  })

  it('keeps the text of an answer that broke off and says why', async () => {
    model.script([say('so far '), streamError('it broke')])
    const { sessionId, from } = await ask('hello')
    const answer = await completed(sessionId, from)
    expect(answer.parts).toMatchObject([{ type: 'text', text: 'so far ' }])
    expect(answer.problem).toMatchObject({
      code: 'provider_error',
      message: expect.stringContaining('it broke'),
    })
  })

  it('tells once that a model does not exist', async () => {
    const { sessionId, from, idle } = await ask('hello', { providerId: 'anthropic', modelId: 'no-such' })
    await idle()
    const next = await ask('hello')
    await completed(next.sessionId, next.from)
    const problems = feed.seen.slice(from).filter((each) => each.type === 'problem')
    expect(problems).toMatchObject([{ sessionId, problem: { code: 'unknown_model' } }])
    expect(JSON.stringify(problems)).not.toContain('bunfs')
  })

  it('says that a session does not exist', async () => {
    await expect(server.client.messages('ses_none')).rejects.toMatchObject({ code: 'not_found' })
    await expect(
      server.client.prompt({ ...ANTHROPIC, sessionId: 'ses_none', messageId: 'msg_x', text: 'x' }),
    ).rejects.toMatchObject({ code: 'not_found' })
  })
})

describe('restart', () => {
  it('has its history after a restart, is followed again, and answers what was left unanswered', async () => {
    const first = await ask('remember me')
    await completed(first.sessionId, first.from)
    const lost = await ask('answer me later', { providerId: 'anthropic', modelId: 'no-such' })
    await lost.idle()

    const from = feed.seen.length
    await server.stop('SIGKILL')
    expect(await server.client.health()).toBeUndefined()
    await expect(server.client.messages(first.sessionId)).rejects.toMatchObject({ code: 'project_stopped' })
    await server.start()
    await feed.waitFor((change) => change.type === 'reload', from)

    const [asked, answer] = await server.client.messages(first.sessionId)
    expect(asked?.parts).toMatchObject([{ type: 'text', text: 'remember me' }])
    expect(answer?.parts).toMatchObject([{ type: 'text', text: 'You said: remember me' }])

    await server.client.prompt({ ...lost.prompt, ...ANTHROPIC })
    await completed(lost.sessionId, from)
    const messages = await server.client.messages(lost.sessionId)
    expect(messages.map((each) => each.parts)).toMatchObject([
      [{ type: 'text', text: 'answer me later' }],
      [{ type: 'text', text: 'You said: answer me later' }],
    ])
  })
})
