import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type CommandWorld, makeCommandWorld, type Ran } from '../../support/cli/harness.ts'

/** The command as its own process: beside a Berth that runs, alone, and several at once. */

const CANARY = `sk-proj-${'CANARY'.repeat(5)}x7Qd`
const keyOf = (n: number) => `sk-proj-${String(n).padStart(3, '0')}${'abcDEF0123'.repeat(3)}`

let world: CommandWorld
beforeEach(() => {
  world = makeCommandWorld()
})
afterEach(() => world.close())

const add = (name: string, key: string) =>
  world.run(['accounts', 'add', 'openai', name, '--no-test'], `${key}\n`)
const labels = async () =>
  ((await world.json(['accounts', 'list'])) as { label: string }[]).map(({ label }) => label).sort()

/** Every file under a folder, in the clear. */
function everything(folder: string): [string, Buffer][] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => [entry.name, readFileSync(join(entry.parentPath, entry.name))])
}

/** Runs a command on a terminal of its own and types what it asks for. */
async function onTerminal(
  args: readonly string[],
  typed: readonly string[],
): Promise<{ code: number; screen: string }> {
  const python = `
import os, pty, sys, time, select
typed = sys.argv[1].split('\\x1f'); argv = sys.argv[2:]
pid, fd = pty.fork()
if pid == 0: os.execvp(argv[0], argv)
out = b''
while True:
    try: data = os.read(fd, 4096)
    except OSError: break
    if not data: break
    out += data
    # A question ends without a line's end.
    if typed and out.rstrip(b' ')[-1:] in (b':', b']') and out[-1:] == b' ':
        os.write(fd, (typed.pop(0) + '\\r').encode())
_, status = os.waitpid(pid, 0)
sys.stdout.buffer.write(out)
sys.exit(os.waitstatus_to_exitcode(status))`
  const child = spawn('python3', ['-c', python, typed.join('\x1f'), ...world.commandLine(args)], {
    env: world.env,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const screen: string[] = []
  child.stdout.on('data', (chunk) => screen.push(String(chunk)))
  const [code] = (await once(child, 'close')) as [number]
  return { code, screen: screen.join('') }
}

describe('without a Berth', () => {
  it('does the work itself, and leaves nothing running', async () => {
    expect(await add('work/main', CANARY)).toMatchObject({
      code: 0,
      out: expect.stringContaining('is kept'),
      err: '',
    })
    expect(await labels()).toEqual(['main'])
    expect(existsSync(join(world.dataDir, 'command'))).toBe(false)
    const berth = await world.startBerth()
    expect(await labels()).toEqual(['main'])
    await berth.quit()
  })

  it('two at once wait for each other, and both are done', async () => {
    const both = await Promise.all([add('one', keyOf(1)), add('two', keyOf(2)), add('three', keyOf(3))])
    expect(both.map(({ code, err }) => [code, err])).toEqual([
      [0, ''],
      [0, ''],
      [0, ''],
    ])
    expect(await labels()).toEqual(['one', 'three', 'two'])
  })

  it('a Berth that is opened meanwhile waits for a command', async () => {
    const [added] = await Promise.all([add('one', keyOf(1)), world.startBerth()])
    expect(added).toMatchObject({ code: 0 })
    expect(await labels()).toEqual(['one'])
  })

  it('a vault under a passphrase: made, opened with it, refused without', async () => {
    const made = await world.run(['vault', 'init', '--by-passphrase'], 'correct horse\n')
    expect(made).toMatchObject({ code: 0, out: expect.stringContaining('kept by a passphrase') })
    expect(await add('one', keyOf(1))).toMatchObject({ code: 4, err: expect.stringContaining('locked') })
    const args = ['accounts', 'add', 'openai', 'one', '--no-test', '--unlock']
    expect(await world.run(args, `wrong horse\n${keyOf(1)}\n`)).toMatchObject({ code: 4 })
    expect(await world.run(args, `correct horse\n${keyOf(1)}\n`)).toMatchObject({ code: 0 })
    expect(await world.run(['vault', 'passphrase'], 'correct horse\nbattery staple\n')).toMatchObject({
      code: 0,
    })
    expect(await world.run(['vault', 'rotate-key'], 'correct horse\n')).toMatchObject({ code: 4 })
    expect(await world.run(['vault', 'rotate-key'], 'battery staple\n')).toMatchObject({ code: 0 })
    expect(await world.run(['vault', 'unlock'], 'battery staple\n')).toMatchObject({ code: 0 })
  })

  it('an export of one Berth is imported by another', async () => {
    await add('work/main', keyOf(1))
    const file = join(world.dataDir, 'x.age')
    expect(await world.run(['vault', 'export', file], 'correct horse\n')).toMatchObject({ code: 0 })
    const other = makeCommandWorld()
    try {
      expect(await other.run(['vault', 'import', file, '--yes'], 'wrong horse\n')).toMatchObject({ code: 4 })
      expect(await other.json(['vault', 'import', file, '--yes'], 'correct horse\n')).toMatchObject({
        added: 1,
      })
      expect(await other.json(['vault', 'import', file, '--yes'], 'correct horse\n')).toMatchObject({
        added: 0,
      })
      expect(await other.json(['accounts', 'list'])).toMatchObject([{ namespace: 'work', label: 'main' }])
    } finally {
      await other.close()
    }
  })

  it('what a crashed Berth left running is not touched', async () => {
    const berth = await world.startBerth()
    await berth.kill()
    // The socket's file is still there, and nobody behind it.
    expect(existsSync(join(world.dataDir, 'command', 'berth.sock'))).toBe(true)
    expect(await labels()).toEqual([])
    await world.startBerth()
    expect(await labels()).toEqual([])
  })

  it('a data folder that cannot be is an error in words', async () => {
    writeFileSync(world.dataDir, 'a file')
    const ran = await world.run(['accounts', 'list'])
    expect(ran.code).toBe(1)
    expect(ran.err).toMatch(/^berth: .+\n$/)
  })
})

describe('with a Berth', () => {
  it('every command goes to it, and its lock is not asked for', async () => {
    await world.startBerth()
    expect(await add('work/main', keyOf(1))).toMatchObject({ code: 0 })
    expect(await add('work/main', keyOf(2))).toMatchObject({ code: 7, err: expect.stringContaining('main') })
    expect(await add('other', keyOf(2))).toMatchObject({ code: 0 })
    expect(await world.run(['accounts', 'use', 'other'])).toMatchObject({ code: 0 })
    expect(await world.json(['accounts', 'list'])).toMatchObject([
      { active: false },
      { active: true, label: 'other' },
    ])
    expect(await world.run(['accounts', 'disable', 'other'])).toMatchObject({ code: 0 })
    expect(await world.run(['accounts', 'enable', 'other'])).toMatchObject({ code: 0 })
    expect(await world.run(['accounts', 'replace-key', 'other'], `${keyOf(3)}\n`)).toMatchObject({ code: 0 })
    expect(await world.run(['accounts', 'remove', 'other', '--yes'])).toMatchObject({ code: 0 })
    expect(await labels()).toEqual(['main'])
    expect(await world.run(['vault', 'lock'])).toMatchObject({ code: 0 })
    expect(await add('third', keyOf(4))).toMatchObject({ code: 4 })
    expect(await world.run(['vault', 'unlock'])).toMatchObject({ code: 0 })
    expect(await add('third', keyOf(4))).toMatchObject({ code: 0 })
  })

  it('another Berth on the same folder is refused, and the first goes on', async () => {
    await world.startBerth()
    await expect(world.startBerth()).rejects.toThrow('Another Berth is already running')
    expect(await labels()).toEqual([])
  })

  it('many at once add an account each', async () => {
    await world.startBerth()
    const names = Array.from({ length: 6 }, (_, n) => `account-${n}`)
    const ran: Ran[] = await Promise.all(names.map((name, n) => add(name, keyOf(n))))
    expect(ran.map(({ code }) => code)).toEqual(names.map(() => 0))
    expect(await labels()).toEqual(names)
  })

  it("takes keys from this shell's environment, not from the other's", async () => {
    world = makeCommandWorld({ ANTHROPIC_API_KEY: `sk-ant-api03-${'abcDEF0123'.repeat(4)}` })
    await world.startBerth()
    expect(await world.json(['import', 'environment', '--dry-run'])).toMatchObject({
      source: 'the environment',
      items: [{ place: 'ANTHROPIC_API_KEY' }],
    })
    expect(await world.json(['import', 'environment', '--yes'])).toMatchObject({ added: 1 })
    expect(await world.json(['accounts', 'list'])).toMatchObject([{ providerId: 'anthropic' }])
  })

  it('the doctor says what is missing and how to mend it', async () => {
    await world.startBerth()
    const ran = await world.run(['doctor', '--json'])
    expect(ran.code).toBe(1)
    const checks = JSON.parse(ran.out) as { id: string; state: string; mend?: string }[]
    expect(Object.fromEntries(checks.map(({ id, state }) => [id, state]))).toMatchObject({
      data: 'ok',
      vault: 'ok',
      keychain: 'ok',
      engine: 'failed',
      gateway: 'ok',
      container: 'unknown',
    })
    expect(checks.find(({ id }) => id === 'engine')?.mend).toContain('Docker')
  })

  it('open gives the address', async () => {
    await world.startBerth()
    expect(await world.run(['projects', 'open', 'nothing'])).toMatchObject({ code: 3 })
  })
})

describe('a piped key', () => {
  it('is found nowhere but in the vault', async () => {
    const said: string[] = []
    const keep = (ran: Ran) => said.push(ran.out, ran.err, ran.argv)
    keep(await add('alone', CANARY))
    keep(await world.run(['accounts', 'add', 'openai', CANARY], `${CANARY}\n`))
    await world.startBerth()
    keep(await world.run(['accounts', 'replace-key', 'alone', '--json'], `${CANARY}\n`))
    keep(await world.run(['accounts', 'add', 'openai', 'other', '--no-test'], `${CANARY}\n`))
    keep(await world.run(['import', 'keys', '--yes', '--json'], `${CANARY}\n`))
    keep(await world.run(['accounts', 'test', 'alone']))
    keep(await world.run(['accounts', 'list', '--json']))
    expect(said.filter((_, n) => n % 3 === 2).some((argv) => argv.includes('replace-key'))).toBe(true)
    // The second command was given it as an argument, and says that others may have seen it.
    const others = said.filter((_, n) => n !== 5)
    expect(others.join('\n')).not.toContain('CANARY')
    for (const [name, content] of everything(world.dataDir)) {
      expect(content.includes('CANARY'), `${name} holds the key`).toBe(false)
    }
  })
})

describe('on a terminal', () => {
  it('a key is typed and does not show', async () => {
    const { code, screen } = await onTerminal(['accounts', 'add', 'openai', 'typed', '--no-test'], [CANARY])
    expect(screen).toContain('API key for OpenAI:')
    expect(screen).not.toContain('CANARY')
    expect(code).toBe(0)
    expect(await labels()).toEqual(['typed'])
  })

  it('the passphrase of a vault is asked for, twice when it is new', async () => {
    const made = await onTerminal(['vault', 'init', '--by-passphrase'], ['correct horse', 'correct horse'])
    expect(made).toMatchObject({ code: 0 })
    expect(made.screen).not.toContain('correct horse')
    const added = await onTerminal(
      ['accounts', 'add', 'openai', 'typed', '--no-test'],
      ['correct horse', keyOf(1)],
    )
    expect(added).toMatchObject({ code: 0, screen: expect.stringContaining("The vault's passphrase:") })
  })

  it('Ctrl-C at a question ends with 130 and changes nothing', async () => {
    const { code } = await onTerminal(['accounts', 'add', 'openai', 'typed', '--no-test'], ['half a k\u0003'])
    expect(code).toBe(130)
    expect(await labels()).toEqual([])
  })
})

it('a reader that goes away ends it quietly', () => {
  const line = world.commandLine(['providers']).map((word) => `'${word}'`)
  const shown = execFileSync(
    'bash',
    ['-c', `set -o pipefail; ${line.join(' ')} | head -1; echo "\${PIPESTATUS[0]}"`],
    {
      env: world.env,
      encoding: 'utf8',
    },
  )
  expect(shown).toMatch(/^PROVIDER.*\n0\n$/)
})
