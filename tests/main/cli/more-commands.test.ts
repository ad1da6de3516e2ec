import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { BerthError } from '../../../src/main/errors.ts'
import type { ConversationChange, Message } from '../../../src/preload/conversation.ts'
import type { ImportItem } from '../../../src/preload/imports.ts'
import { type Answers, type Host, makeHost, project } from './host.ts'

let host: Host
const use = (answers?: Answers) => {
  host = makeHost(answers)
  return host
}
afterEach(() => host.end())
const inputOf = (method: string) => host.calls.findLast((call) => call.method === method)?.input

describe('import', () => {
  const item = (id: string, state: ImportItem['state'], more: Partial<ImportItem> = {}): ImportItem => ({
    id,
    providerId: 'openai',
    candidates: [],
    namespace: '',
    label: id,
    type: 'api',
    preview: 'sk-…9876',
    fields: {},
    place: `line ${id}`,
    state,
    ...more,
  })
  const items = [
    item('1', 'new'),
    item('2', 'same'),
    item('3', 'conflict'),
    item('4', 'unsure', { providerId: undefined, candidates: ['openai', 'deepseek'] } as Partial<ImportItem>),
    item('5', 'refused', { reason: 'Claude subscription logins are not taken.' }),
  ]
  const answers: Answers = {
    'imports.preview': () => ({ source: '.env', items, notes: ['Line 9 makes no sense.'] }),
    'imports.apply': () => ({ added: 1, replaced: 0, skipped: 4, items: [] }),
  }
  const add = { action: 'add' }
  const skip = { action: 'skip' }

  it('shows what there is, and takes nothing in a dry run', async () => {
    const { code, out } = await use(answers).run('import env-file .env --dry-run')
    expect(code).toBe(0)
    expect(out).toContain('4  unsure    openai or deepseek')
    expect(out).toContain('Claude subscription logins are not taken.')
    expect(out).toContain('Line 9 makes no sense.')
    expect(inputOf('imports.preview')).toEqual({
      source: { kind: 'env-file', path: join(process.cwd(), '.env') },
    })
    expect(inputOf('imports.apply')).toBeUndefined()
  })

  it.each([
    ['--yes', { 1: add, 2: skip, 3: skip, 4: skip, 5: skip }],
    ['--all --replace', { 1: add, 2: skip, 3: { action: 'replace' }, 4: skip, 5: skip }],
    ['--yes --provider xai', { 1: add, 2: skip, 3: skip, 4: { action: 'add', providerId: 'xai' }, 5: skip }],
  ])('takes with %s', async (flags, choices) => {
    const { code, out } = await use(answers).run(`import opencode ${flags} --json`)
    expect(code).toBe(0)
    expect(JSON.parse(out)).toMatchObject({ added: 1 })
    expect(inputOf('imports.apply')).toEqual({ source: { kind: 'opencode' }, choices })
  })

  it('asks about each item on a terminal', async () => {
    const typed = { answers: ['y', 'n', 'deepseek'] }
    expect(await use(answers).run('import env-file x', typed)).toMatchObject({ code: 0 })
    expect(inputOf('imports.apply')).toMatchObject({
      choices: { 1: add, 2: skip, 3: skip, 4: { action: 'add', providerId: 'deepseek' }, 5: skip },
    })
  })

  it('does not guess where nobody can be asked', async () => {
    const ran = await use(answers).run('import env-file .env')
    expect(ran).toMatchObject({ code: 2, err: expect.stringContaining('say --yes') })
    expect(inputOf('imports.apply')).toBeUndefined()
  })

  it('reads keys from standard input, and the passphrase of an export', async () => {
    await use(answers).run('import keys --yes', { stdin: 'sk-aaa\nsk-bbb\n' })
    expect(inputOf('imports.preview')).toEqual({ source: { kind: 'keys', text: 'sk-aaa\nsk-bbb' } })
    await host.run('vault import /tmp/x.age --yes', { stdin: 'correct horse\n' })
    expect(inputOf('imports.preview')).toEqual({
      source: { kind: 'berth', path: '/tmp/x.age', passphrase: 'correct horse' },
    })
  })

  it.each(['import doce', 'import berth -'])('%s wants a file', async (line) => {
    expect(await use(answers).run(line)).toMatchObject({
      code: 2,
      err: expect.stringContaining('Name the file'),
    })
  })

  it('lists what is found when nothing is named', async () => {
    use({ 'imports.offers': () => [{ kind: 'opencode', path: '/home/x/auth.json', fresh: 2 }] })
    expect((await host.run('import')).out).toContain('opencode  2    /home/x/auth.json')
  })
})

describe('vault export', () => {
  const answers: Answers = {
    'accounts.export': () => ({
      file: Buffer.from('age file').toString('base64'),
      name: 'b.age',
      accounts: 2,
      left: [],
    }),
  }
  it('writes a file for this user alone, and not over one that is there', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'berth-export-'))
    const file = join(folder, 'x.age')
    use(answers)
    const typed = { stdin: 'correct horse' }
    expect(await host.run(['vault', 'export', file], typed)).toMatchObject({ code: 0 })
    expect(readFileSync(file, 'utf8')).toBe('age file')
    expect(statSync(file).mode & 0o777).toBe(0o600)
    writeFileSync(file, 'precious')
    expect(await host.run(['vault', 'export', file], typed)).toMatchObject({ code: 7 })
    expect(readFileSync(file, 'utf8')).toBe('precious')
    // Said before a passphrase is asked for: there is none to read here.
    expect(await host.run(['vault', 'export', file])).toMatchObject({ code: 7 })
    expect(await host.run(['vault', 'export', file, '--force'], typed)).toMatchObject({ code: 0 })
    expect(await host.run(['vault', 'export', join(folder, 'no', 'x.age')], typed)).toMatchObject({ code: 1 })
    expect(await host.run(['vault', 'export', '-'], typed)).toMatchObject({ code: 0, out: 'age file' })
    expect(await host.run(['vault', 'export', '-', '--json'], typed)).toMatchObject({ code: 2 })
    rmSync(folder, { recursive: true })
  })
})

describe('vault', () => {
  it.each([
    [{ state: 'ready', keeper: 'keychain' }, 0, 'kept by the system keychain'],
    [{ state: 'ready', keeper: 'passphrase', damaged: ['account/x'] }, 0, 'account/x'],
    [{ state: 'locked', keeper: 'passphrase', failedAttempts: 3 }, 4, '3'],
    [{ state: 'needs-passphrase', reason: 'No Secret Service.' }, 4, 'vault init'],
    [{ state: 'unavailable', code: 'vault_damaged', reason: 'It is cut.' }, 4, 'It is cut.'],
  ])('status %o ends with %i', async (vault, code, said) => {
    use({ 'app.status': () => ({ vault }) })
    expect(await host.run('vault status')).toMatchObject({ code, out: expect.stringContaining(said) })
    expect(JSON.parse((await host.run('vault status --json')).out)).toEqual(vault)
  })

  it('status offers an earlier state by its local time, and none of an older Berth', async () => {
    const savedAt = Date.UTC(2026, 0, 31, 12)
    const cut = { state: 'unavailable', code: 'vault_damaged', reason: 'It is cut.' }
    use({ 'app.status': () => ({ vault: { ...cut, previous: { savedAt, records: 2 } } }) })
    expect((await host.run('vault status')).out).toContain(
      `berth vault restore puts its state of ${new Date(savedAt).toLocaleString()} back`,
    )
    host.end()
    use({ 'app.status': () => ({ vault: { ...cut, reason: 'Update Berth.', newer: true } }) })
    expect((await host.run('vault status')).out).toBe('The vault cannot be opened. Update Berth.\n')
  })

  it('set-aside and restore do nothing to a vault that is open', async () => {
    use()
    for (const act of ['restore', 'set-aside'])
      expect(await host.run(`vault ${act} --yes`)).toMatchObject({
        code: 7,
        err: expect.stringContaining('is open'),
      })
  })

  it('init by passphrase opens no vault by the keychain before', async () => {
    use({
      'app.status': () => ({ vault: { state: 'needs-passphrase', reason: 'None.' } }),
      'vault.createWithPassphrase': () => ({ state: 'ready', keeper: 'passphrase' }),
    })
    expect(await host.run('vault init --by-passphrase', { stdin: 'correct horse' })).toMatchObject({
      code: 0,
    })
    expect(host.opened).toEqual(['nothing', 'closed'])
  })
})

describe('prompt', () => {
  const message = (id: string, role: Message['role'], more: Partial<Message> = {}) => ({
    id,
    sessionId: 's1',
    role,
    createdAt: 0,
    ...more,
  })
  const text = (id: string, words: string, messageId = 'm2') => ({
    type: 'part' as const,
    sessionId: 's1',
    part: { id, messageId, type: 'text' as const, text: words },
  })
  const activity = (state: 'idle' | 'busy', sessionId = 's1'): ConversationChange => ({
    type: 'activity',
    sessionId,
    activity: { state },
  })
  const tell = (changes: readonly ConversationChange[]) => {
    for (const change of changes) {
      host.events.emit({ name: 'conversation.changed', payload: { projectId: 'atlas', change } })
    }
  }
  /** A running project whose OpenCode says this after the prompt was sent. */
  const talking = (after: readonly ConversationChange[], more: Answers = {}) =>
    use({
      'projects.list': () => [project('atlas', { state: 'running' })],
      'conversation.send': () => {
        tell([
          { type: 'message', message: message('m1', 'user', { createdAt: 5 }) },
          text('u', 'my own words', 'm1'),
          activity('busy'),
        ])
        setImmediate(() => tell(after))
        return { sessionId: 's1', messageId: 'm1' }
      },
      'conversation.get': () => ({
        sessionId: 's1',
        sessions: [],
        messages: [
          {
            ...message('m0', 'assistant'),
            parts: [{ id: 'old', messageId: 'm0', type: 'text', text: 'old' }],
          },
          { ...message('m1', 'user', { createdAt: 5 }), parts: [] },
        ],
        permissions: [],
        activity: { state: 'idle' },
        source: 'live',
      }),
      'conversation.stop': () => null,
      'conversation.answerPermission': () => null,
      ...more,
    })
  const answer: ConversationChange[] = [
    text('early', 'before its message', 'm0'),
    { type: 'message', message: message('m0', 'assistant') },
    { type: 'message', message: message('m2', 'assistant', { createdAt: 6 }) },
    text('p1', ''),
    { type: 'delta', sessionId: 's1', messageId: 'm2', partId: 'p1', text: 'Hello ' },
    { type: 'delta', sessionId: 's2', messageId: 'm2', partId: 'p1', text: 'elsewhere' },
    activity('idle', 's2'),
    { type: 'delta', sessionId: 's1', messageId: 'm2', partId: 'p1', text: 'there.' },
    text('p1', 'Hello there. And more.'),
    text('p1', 'Hello there. And more.'),
    text('p2', 'Second part'),
    { type: 'message', message: message('m2', 'assistant', { createdAt: 6, completedAt: 7 }) },
    activity('idle'),
  ]

  it('prints the answer once, as it comes, and nothing else', async () => {
    expect(await talking(answer).run(['prompt', 'atlas', 'hi'])).toEqual({
      code: 0,
      out: 'Hello there. And more.\nSecond part\n',
      err: '',
    })
    expect(inputOf('conversation.send')).toMatchObject({ projectId: 'atlas', text: 'hi' })
    expect(inputOf('conversation.stop')).toBeUndefined()
  })

  it('as JSON lines', async () => {
    const { out } = await talking(answer).run(['prompt', 'atlas', '--json'], { stdin: 'hi\nthere\n' })
    const lines = out
      .trim()
      .split('\n')
      .map((line): Record<string, unknown> => JSON.parse(line))
    expect(lines.at(-1)).toEqual({ type: 'end', sessionId: 's1' })
    expect(lines.filter(({ partId }) => partId === 'p1').map((line) => line.text)).toEqual([
      'Hello ',
      'there.',
      ' And more.',
    ])
    expect(inputOf('conversation.send')).toMatchObject({ text: 'hi\nthere' })
  })

  it('reads the conversation again when events may be missing', async () => {
    talking([text('p1', 'cut', 'm9'), { type: 'reload' }], {
      'conversation.get': () => ({
        sessionId: 's1',
        sessions: [],
        messages: [
          {
            ...message('m0', 'assistant'),
            parts: [{ id: 'old', messageId: 'm0', type: 'text', text: 'old' }],
          },
          { ...message('m1', 'user'), parts: [] },
          {
            ...message('m2', 'assistant'),
            parts: [{ id: 'p1', messageId: 'm2', type: 'text', text: 'whole' }],
          },
        ],
        permissions: [],
        activity: { state: 'idle' },
        source: 'live',
      }),
    })
    expect(await host.run(['prompt', 'atlas', 'hi'])).toMatchObject({ code: 0, out: 'whole\n' })
  })

  const permission: ConversationChange = {
    type: 'permission',
    permission: {
      id: 'q1',
      sessionId: 's1',
      kind: 'bash',
      title: 'rm -r x',
      patterns: ['rm *'],
      createdAt: 0,
    },
  }
  it.each([
    ['refused where nobody is', [], {}, 'reject', 8],
    ['given with --allow', ['--allow'], {}, 'once', 0],
    ['given by a yes', [], { answers: ['y'] }, 'once', 0],
    ['given for good', [], { answers: ['always'] }, 'always', 0],
    ['refused by Enter', [], { answers: [''] }, 'reject', 0],
  ])('a permission is %s', async (_, flags, typed, expected, code) => {
    talking([permission, permission], {
      'conversation.answerPermission': () => {
        setImmediate(() => tell(answer))
        return null
      },
    })
    expect(await host.run(['prompt', 'atlas', 'hi', ...flags], typed)).toMatchObject({ code })
    expect(inputOf('conversation.answerPermission')).toMatchObject({ permissionId: 'q1', answer: expected })
    expect(host.calls.filter(({ method }) => method === 'conversation.answerPermission')).toHaveLength(1)
  })

  it('a problem ends with its exit code', async () => {
    const problem = { code: 'no_credential', message: 'No account serves OpenAI.' }
    talking([{ type: 'problem', sessionId: 's1', problem }, activity('idle')])
    const ran = await host.run(['prompt', 'atlas', 'hi'])
    expect(ran).toMatchObject({ code: 6, err: expect.stringContaining('No account serves OpenAI.') })
  })

  it('ends when the project does', async () => {
    talking([], {})
    const running = host.run(['prompt', 'atlas', 'hi'])
    await expect.poll(() => inputOf('conversation.send')).toBeDefined()
    host.events.emit({ name: 'project.changed', payload: project('atlas', { state: 'stopped' }) })
    expect(await running).toMatchObject({ code: 1, err: expect.stringContaining('was stopped') })
  })

  it('Ctrl-C stops the answer', async () => {
    talking([])
    const running = host.run(['prompt', 'atlas', 'hi'])
    await expect.poll(() => inputOf('conversation.send')).toBeDefined()
    await new Promise((done) => setImmediate(done))
    host.interrupt()
    expect(await running).toMatchObject({ code: 130, err: '' })
    expect(inputOf('conversation.stop')).toEqual({ projectId: 'atlas', sessionId: 's1' })
    expect(host.opened).toEqual(['all', 'closed'])
  })

  it('starts a project that does not run, and says why one does not start', async () => {
    const failed = project('atlas', {
      state: 'failed',
      problem: { code: 'engine_unavailable', message: 'No Docker.' },
    })
    use({
      'projects.list': () => [project('atlas')],
      'projects.start': () => {
        setImmediate(() => host.events.emit({ name: 'project.changed', payload: failed }))
        return project('atlas', { state: 'starting' })
      },
    })
    const ran = await host.run(['prompt', 'atlas', 'hi'])
    expect(ran).toMatchObject({ code: 5, out: '', err: expect.stringContaining('No Docker.') })
    expect(inputOf('conversation.send')).toBeUndefined()
  })

  it('wants words', async () => {
    expect(await talking([]).run('prompt atlas -')).toMatchObject({ code: 2 })
    expect(await host.run('prompt atlas', { answers: [] })).toMatchObject({ code: 2 })
    expect(await host.run('prompt nowhere hi')).toMatchObject({ code: 3 })
  })
})

describe('projects', () => {
  it('start holds what it brought up until Ctrl-C', async () => {
    use({
      'projects.list': () => [project('atlas')],
      'projects.start': () => {
        setImmediate(() =>
          host.events.emit({ name: 'project.changed', payload: project('atlas', { state: 'running' }) }),
        )
        return project('atlas', { state: 'starting' })
      },
    })
    const running = host.run('projects start atlas')
    await expect.poll(() => inputOf('projects.start')).toBeDefined()
    await new Promise((done) => setTimeout(done, 50))
    expect(host.opened).toEqual(['all'])
    host.interrupt()
    expect(await running).toMatchObject({
      code: 130,
      out: 'atlas is running.\n',
      err: expect.stringContaining('Ctrl-C'),
    })
    expect(host.opened).toEqual(['all', 'closed'])
  })

  it('open says where, or why not', async () => {
    use({
      'projects.list': () => [project('atlas')],
      'app.open': () => ({ url: 'http://127.0.0.1:1/#/projects/atlas' }),
    })
    expect((await host.run('projects open atlas')).out).toContain('http://127.0.0.1:1/#/projects/atlas')
    expect(inputOf('app.open')).toEqual({ to: { page: 'project', projectId: 'atlas' } })
  })

  it('logs are printed with their time', async () => {
    const line = { at: 0, stream: 'berth' as const, text: 'Starting \u001b[2Jit.' }
    use({ 'projects.list': () => [project('atlas')], 'projects.logs': () => [line] })
    expect((await host.run('projects logs atlas -n 5')).out).toBe(
      '1970-01-01T00:00:00.000Z berth: Starting �[2Jit.\n',
    )
    expect(inputOf('projects.logs')).toEqual({ projectId: 'atlas', tail: 5 })
  })
})

describe('doctor', () => {
  it.each([
    ['ok', 0],
    ['unknown', 0],
    ['failed', 1],
  ])('%s ends with %i', async (state, code) => {
    use({
      'app.doctor': () => [{ id: 'engine', title: 'Docker', state, detail: 'It says so.', mend: 'Do this.' }],
    })
    const ran = await host.run('doctor')
    expect(ran).toMatchObject({ code, out: expect.stringContaining('To mend it: Do this.') })
    expect(host.opened).toEqual(['gateway', 'closed'])
  })
})

describe('completion', () => {
  /** What bash offers for a line, with `berth` as a command that answers with two names. */
  function offered(script: string, line: string): string[] {
    const words = line.split(' ')
    const test = `
berth() { [ "$1 $2" = "__complete account" ] && printf 'work/main\\nspare\\n'; }
${script}
COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}; _berth
printf '%s\\n' "\${COMPREPLY[@]}"`
    return execFileSync('bash', ['-c', test], { encoding: 'utf8' }).split('\n').filter(Boolean)
  }

  it('in bash offers commands, options, choices and names', async () => {
    const { out } = await use().run('completion bash')
    expect(offered(out, 'berth acc')).toEqual(['accounts'])
    expect(offered(out, 'berth accounts re')).toEqual(['remove', 'rename', 'replace-key'])
    expect(offered(out, 'berth accounts use ')).toEqual(
      expect.arrayContaining(['work/main', 'spare', '--json']),
    )
    expect(offered(out, 'berth accounts use sp')).toEqual(['spare'])
    expect(offered(out, 'berth --json accounts add --no')).toEqual(['--no-test'])
    expect(offered(out, 'berth completion ')).toEqual(expect.arrayContaining(['bash', 'fish', 'zsh']))
    expect(offered(out, 'berth import cl')).toEqual(['claude-code-router'])
    expect(offered(out, 'berth __')).toEqual([])
  })

  it.each(['bash', 'zsh', 'fish'])('for %s names every command', async (shell) => {
    const { out } = await use().run(`completion ${shell}`)
    for (const name of [
      'rotate-key',
      'replace-key',
      'doctor',
      'prompt',
      'set-aside',
      'logs',
      'usage',
      'budgets',
    ])
      expect(out).toContain(name)
    expect(out).not.toContain('undefined')
  })

  it('asks nobody where no Berth runs', async () => {
    expect(await use().run('__complete account')).toEqual({ code: 0, out: '', err: '' })
    expect(host.opened).toEqual([])
  })
})

it('a failure nobody planned says nothing of its inside', async () => {
  use({
    'projects.list': () => {
      throw new BerthError('internal', 'Something went wrong inside Berth.')
    },
  })
  expect(await host.run('projects list')).toMatchObject({ code: 1 })
})
