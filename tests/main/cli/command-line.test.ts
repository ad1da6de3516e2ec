import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { exitCodeOf, exitCodeTable } from '../../../src/main/cli/exit-codes.ts'
import { BerthError } from '../../../src/main/errors.ts'
import { errorCode } from '../../../src/preload/contract.ts'
import { type Answers, account, type Host, makeHost, project } from './host.ts'

const KEY = 'sk-proj-CANARYCANARYCANARY1234'
let host: Host
const use = (answers?: Answers) => {
  host = makeHost(answers)
  return host
}
afterEach(() => host.end())

const two = [
  account('id1', { label: 'main', namespace: 'work', active: true }),
  account('id2', { label: 'main', namespace: 'home' }),
  account('id3', { label: 'main', providerId: 'anthropic' }),
  account('id4', { label: 'spare', lastError: 'The key was refused.', state: 'error' }),
]

describe('usage', () => {
  it.each([
    ['a command there is none of', 'acounts list', /unknown command 'acounts'[\s\S]*accounts/],
    ['an option there is none of', 'accounts list --nope', /unknown option '--nope'/],
    ['an argument that is missing', 'accounts use', /missing required argument 'account'/],
    ['an argument too many', 'accounts use a b', /too many arguments/],
    ['a kind there is none of', 'import floppy', /The kinds are opencode, .* and berth\./],
    ['the beginning of two kinds', 'import env', /Did you mean env-file or environment\?/],
    ['a number that is none', 'projects logs p -n many', /from 1 to 5000/],
    ['a group without a command', 'accounts', /Usage: berth accounts/],
  ])('%s ends with 2 and says so', async (_, line, said) => {
    const ran = await use().run(line)
    expect(ran).toMatchObject({ code: 2, out: '', err: expect.stringMatching(said) })
    expect(host.opened).toEqual([])
  })

  it('says it as JSON where JSON is asked for', async () => {
    const ran = await use().run('accounts list --nope --json')
    expect(ran.code).toBe(2)
    expect(JSON.parse(ran.err)).toEqual({
      error: { code: 'bad_request', message: "unknown option '--nope'" },
    })
  })

  it.each(['--help', 'help', 'help accounts add', 'accounts add --help', '--version', 'help exit-codes'])(
    '%s ends with 0',
    async (line) => {
      const ran = await use().run(line)
      expect(ran).toMatchObject({ code: 0, err: '' })
      expect(ran.out).not.toBe('')
    },
  )

  it('lists every exit code, and the page about the command lists the same', async () => {
    const { out } = await use().run('help exit-codes')
    const page = readFileSync(resolve(import.meta.dirname, '../../../docs/command.md'), 'utf8')
    for (const [code, meaning] of exitCodeTable) {
      expect(out).toMatch(new RegExp(`^ +${code}  `, 'm'))
      expect(page).toContain(`| ${code} | ${meaning} |`)
    }
    for (const code of errorCode.options)
      expect(exitCodeTable.map(([one]) => one)).toContain(exitCodeOf(code))
  })
})

describe('a secret', () => {
  it.each([
    '--key',
    `--key=${KEY}`,
    '--api-key',
    '--apikey=x',
    '--token',
    '--secret=x',
    '--password',
    '--passphrase=x',
    '-key',
  ])('is never an option: %s', async (option) => {
    const ran = await use().run(['accounts', 'add', 'openai', 'work', option])
    expect(ran).toMatchObject({ code: 2, out: '' })
    expect(ran.err).toContain('never given as an argument')
    expect(ran.err + ran.out).not.toContain('CANARY')
  })

  it.each([
    [['accounts', 'add', 'openai', KEY]],
    [['accounts', 'add', 'openai', 'work', KEY]],
    [['accounts', 'replace-key', 'work', KEY]],
    [['accounts', 'list', `--provider=${KEY}`]],
    [[KEY]],
  ])('is refused where it stands as a word, and not said again: %#', async (args) => {
    const ran = await use().run(args)
    expect(ran).toMatchObject({ code: 2, out: '', err: expect.stringContaining('looks like a key') })
    expect(ran.err).not.toContain('CANARY')
    expect(host.opened).toEqual([])
  })

  it('comes from a line of standard input', async () => {
    use({
      'providers.list': () => [{ id: 'openai', name: 'OpenAI', fields: [] }],
      'accounts.checkKey': () => ({ verdict: 'good', message: 'It works.', durationMs: 1 }),
      'accounts.add': () => account('id9', { namespace: 'work', label: 'main' }),
    })
    const ran = await host.run('accounts add openai work/main', { stdin: `${KEY}\nanother line` })
    expect(ran).toEqual({ code: 0, out: 'openai:work/main is kept (sk-…1234).\n', err: '' })
    expect(host.calls.at(-1)).toEqual({
      method: 'accounts.add',
      input: { providerId: 'openai', namespace: 'work', label: 'main', key: KEY, fields: {} },
    })
    expect(host.opened).toEqual(['vault', 'closed'])
  })

  it('is not kept when its vendor refuses it, unless that is wanted', async () => {
    use({
      'providers.list': () => [{ id: 'openai', name: 'OpenAI', fields: [] }],
      'accounts.checkKey': () => ({
        verdict: 'wrong_key',
        message: 'OpenAI does not know this key.',
        durationMs: 1,
      }),
      'accounts.add': () => account('id9'),
    })
    const ran = await host.run('accounts add openai work --json', { stdin: KEY })
    expect(ran.code).toBe(6)
    expect(JSON.parse(ran.err).error.code).toBe('credential_rejected')
    expect(host.calls.map(({ method }) => method)).not.toContain('accounts.add')
    expect(await host.run('accounts add openai work --no-test', { stdin: KEY })).toMatchObject({ code: 0 })
  })

  it.each([
    ['nothing piped', {}, /standard input has no line/],
    ['an empty line', { stdin: '\n' }, /standard input has no line/],
    ['nothing typed', { answers: [''] }, /is missing/],
  ])('that is not there is an error: %s', async (_, typed, said) => {
    use({ 'providers.list': () => [{ id: 'openai', name: 'OpenAI', fields: [] }] })
    const ran = await host.run('accounts add openai work', typed)
    expect(ran).toMatchObject({ code: 2, err: expect.stringMatching(said) })
  })

  it('that is new is typed twice, and must be the same', async () => {
    use({ 'accounts.export': () => ({ file: '', name: 'x', accounts: 0, left: [] }) })
    const ran = await host.run('vault export -', { answers: ['correct horse', 'correct hrose'] })
    expect(ran).toMatchObject({ code: 2, err: expect.stringContaining('not the same') })
    expect(host.calls.map(({ method }) => method)).not.toContain('accounts.export')
  })

  it('two of them are two lines', async () => {
    use({
      'app.status': () => ({ vault: { state: 'ready', keeper: 'passphrase' } }),
      'vault.changePassphrase': () => ({ state: 'ready', keeper: 'passphrase' }),
    })
    expect(await host.run('vault passphrase', { stdin: 'the old one\nthe new one\n' })).toMatchObject({
      code: 0,
    })
    expect(host.calls.at(-1)?.input).toEqual({ current: 'the old one', next: 'the new one' })
  })

  it('the passphrase of a locked vault comes before the key', async () => {
    let vault: unknown = { state: 'locked', keeper: 'passphrase' }
    use({
      'app.status': () => ({ vault }),
      'vault.unlock': () => {
        vault = { state: 'ready', keeper: 'passphrase' }
        return vault
      },
      'accounts.list': () => two,
      'accounts.replaceKey': () => two[3],
    })
    const ran = await host.run('accounts replace-key spare --unlock', { stdin: `open sesame\n${KEY}\n` })
    expect(ran).toMatchObject({ code: 0 })
    expect(host.calls).toContainEqual({ method: 'vault.unlock', input: { passphrase: 'open sesame' } })
    expect(host.calls.at(-1)?.input).toEqual({ accountId: 'id4', key: KEY })
  })
})

it('a recovery passphrase opens a vault whose keychain lost its entry', async () => {
  let vault: unknown = { state: 'unavailable', code: 'keychain_unavailable', reason: 'Gone.', recovery: true }
  use({
    'app.status': () => ({ vault }),
    'vault.unlock': () => {
      vault = { state: 'ready', keeper: 'keychain', recovery: true }
      return vault
    },
    'accounts.list': () => two,
    'accounts.replaceKey': () => two[3],
  })
  const ran = await host.run('accounts replace-key spare --unlock', { stdin: `open sesame\n${KEY}\n` })
  expect(ran).toMatchObject({ code: 0 })
  expect(host.calls).toContainEqual({ method: 'vault.unlock', input: { passphrase: 'open sesame' } })
})

describe('an account', () => {
  it.each([
    ['id1', 'id1'],
    ['work/main', 'id1'],
    ['home/main', 'id2'],
    ['anthropic:main', 'id3'],
    ['openai:work/main', 'id1'],
    ['Spare', 'id4'],
    ['openai:spare', 'id4'],
  ])('%s is %s', async (name, id) => {
    use({ 'accounts.list': () => two, 'accounts.activate': () => two[0] })
    expect(await host.run(['accounts', 'use', name])).toMatchObject({ code: 0 })
    expect(host.calls.at(-1)).toEqual({ method: 'accounts.activate', input: { accountId: id } })
  })

  it.each([
    [
      'main',
      2,
      /fits 3 accounts: openai:work\/main \(id1\), openai:home\/main \(id2\), anthropic:main \(id3\)/,
    ],
    ['openai:main', 2, /fits 2 accounts/],
    ['nobody', 3, /There is no account "nobody"/],
    ['ID1', 3, /There is no account/],
  ])('%s is none: %i', async (name, code, said) => {
    use({ 'accounts.list': () => two })
    expect(await host.run(['accounts', 'use', name])).toMatchObject({
      code,
      out: '',
      err: expect.stringMatching(said),
    })
  })

  it('is listed in columns, or as JSON', async () => {
    use({ 'accounts.list': () => two })
    const { out } = await host.run('accounts list')
    expect(out.split('\n').slice(0, 3)).toEqual([
      '   PROVIDER   ACCOUNT    KEY       STATE                        LAST USED  ID',
      '*  openai     work/main  sk-…1234  connected                    —          id1',
      '   openai     home/main  sk-…1234  connected                    —          id2',
    ])
    expect(out).toContain('error: The key was refused.')
    expect(JSON.parse((await host.run('accounts list --json')).out)).toEqual(two)
    expect(JSON.parse((await host.run('--json accounts list --provider anthropic')).out)).toEqual([two[2]])
  })

  it('whose label holds control characters does not steer the terminal', async () => {
    use({ 'accounts.list': () => [account('id1', { label: '\u001b[31mred\u0007\n2' })] })
    const { out } = await host.run('accounts list')
    expect(out).not.toMatch(/[^\P{Cc}\n]/u)
    expect(out.trimEnd().split('\n')).toHaveLength(2)
  })

  it('is removed only when somebody says yes', async () => {
    use({ 'accounts.list': () => two, 'accounts.remove': () => null })
    const removed = () => host.calls.filter(({ method }) => method === 'accounts.remove').length
    expect(await host.run('accounts remove spare')).toMatchObject({
      code: 2,
      err: expect.stringContaining('--yes'),
    })
    expect(await host.run('accounts remove spare', { answers: ['n'] })).toMatchObject({ code: 1 })
    expect(removed()).toBe(0)
    expect(await host.run('accounts remove spare', { answers: ['y'] })).toMatchObject({ code: 0 })
    expect(await host.run('accounts remove spare --yes --json')).toMatchObject({ code: 0 })
    expect(removed()).toBe(2)
  })

  it('keeps its namespace when only its label is renamed', async () => {
    use({ 'accounts.list': () => two, 'accounts.rename': () => two[0] })
    await host.run('accounts rename work/main other')
    expect(host.calls.at(-1)?.input).toEqual({ accountId: 'id1', namespace: 'work', label: 'other' })
    await host.run('accounts rename work/main home/other')
    expect(host.calls.at(-1)?.input).toEqual({ accountId: 'id1', namespace: 'home', label: 'other' })
  })

  it.each([
    ['good', 0],
    ['rate_limited', 0],
    ['unclear', 0],
    ['wrong_key', 6],
    ['no_credit', 6],
    ['unreachable', 6],
  ])('that is %s when it is tested ends with %i', async (verdict, code) => {
    use({
      'accounts.list': () => two,
      'accounts.check': () => ({ verdict, message: 'The vendor said so.', durationMs: 1 }),
    })
    const ran = await host.run('accounts test spare')
    expect(ran).toMatchObject({ code, out: expect.stringContaining('The vendor said so.') })
    expect(JSON.parse((await host.run('accounts test --all --json')).out)).toHaveLength(4)
  })

  it('must be named to be tested', async () => {
    expect(await host.run('accounts test')).toMatchObject({ code: 2, err: expect.stringContaining('--all') })
  })
})

describe('a failure', () => {
  it.each([
    ['vault_locked', 4],
    ['keychain_unavailable', 4],
    ['engine_unavailable', 5],
    ['conflict', 7],
    ['internal', 1],
  ] as const)('with %s ends with %i, in words or as JSON', async (code, exit) => {
    use({
      'accounts.list': () => {
        throw new BerthError(code, 'It did not go.')
      },
    })
    expect(await host.run('accounts list')).toMatchObject({
      code: exit,
      out: '',
      err: expect.stringContaining('It did not go.'),
    })
    const { out, err } = await host.run('accounts list --json')
    expect(out).toBe('')
    expect(JSON.parse(err).error).toMatchObject({ code })
    expect(host.opened.at(-1)).toBe('closed')
  })

  it('that holds a credential is told without it', async () => {
    use({
      'accounts.list': () => {
        throw new BerthError('provider_error', `The vendor said: ${KEY} is wrong.`)
      },
    })
    expect((await host.run('accounts list')).err).toContain('[secret] is wrong')
  })
})

describe('accounts disable', () => {
  const off = account('id1', { label: 'main', state: 'disabled' })
  it.each([
    ['who serves now', account('id2', { label: 'spare', active: true }), /Requests to openai use .*spare/],
    [
      'that nobody does',
      account('id2', { active: true, state: 'revoked' }),
      /No account serves .*openai now/,
    ],
    ['that nobody of that vendor does', account('id2', { active: true, providerId: 'xai' }), /No account/],
  ])('says %s', async (_, other, said) => {
    use({ 'accounts.list': () => [off, other], 'accounts.setEnabled': () => off })
    const ran = await host.run('accounts disable id1')
    expect(ran).toMatchObject({ code: 0, out: expect.stringMatching(said) })
  })
})

it('projects list marks the project that has the real key', async () => {
  use({ 'projects.list': () => [project('one'), project('two', { delivery: 'direct' })] })
  const { out } = await host.run('projects list')
  expect(out.split('\n').map((line) => line.includes('real key'))).toEqual([false, false, true, false])
})
