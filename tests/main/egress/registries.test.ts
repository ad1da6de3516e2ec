import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { askIn, hostsIn, type Machine, readRegistries } from '../../../src/main/egress/registries.ts'

/** What is read of this machine's package managers: hosts, and nothing that could be a login. */

let home: string
let machine: Machine
const write = async (file: string, text: string) => {
  await mkdir(dirname(join(home, file)), { recursive: true })
  await writeFile(join(home, file), text)
}
const nothing = () => Promise.reject(new Error('not installed'))

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'berth-registries-'))
  machine = {
    env: {},
    home,
    platform: 'linux',
    etc: join(home, 'etc'),
    npmRegistry: async () => undefined,
    ask: nothing,
  }
})
afterEach(() => rm(home, { recursive: true, force: true }))

it('finds the hosts of addresses, with their ports, without logins, paths and doubles', () => {
  const text = `a https://me:s3cret@one.test:8080/simple/ http://ONE.test:80 http://one.test "https://two.test",
    sparse+https://three.test/index/ ftp://four.test https:// direct`
  expect(hostsIn(text)).toEqual(['one.test:8080', 'one.test', 'two.test', 'three.test'])
})

it('reads what every package manager is set to', async () => {
  await write(
    '.config/pip/pip.conf',
    '[global]\nindex-url = https://me:s3cret@python.test/simple\ntimeout = 6\n',
  )
  await write(
    'etc/pip.conf',
    '[global]\nextra-index-url=https://python-two.test/simple\nproxy = http://proxy.test\n',
  )
  await write(
    '.cargo/config.toml',
    '[source.mine]\nregistry = "sparse+https://rust.test/index/"\n[http]\nproxy = "http://proxy.test"\n',
  )
  await write(
    'etc/apt/sources.list',
    '# deb http://commented.test x\ndeb [signed-by=/k] http://debian.test/debian bookworm main\n',
  )
  await write(
    'etc/apt/sources.list.d/extra.sources',
    'Types: deb\nURIs: https://debian-two.test/debian\nHomepage: https://other.test\n',
  )
  await write('etc/apt/sources.list.d/old.save', 'deb http://saved.test x\n')
  const found = await readRegistries({
    ...machine,
    env: { PIP_EXTRA_INDEX_URL: 'https://python-three.test/simple' },
    npmRegistry: async () => 'https://npm.test/',
    ask: async (command) =>
      command === 'go' ? 'https://go.test|direct\n' : 'https://python-usual.test https://files.test\n',
  })
  expect(found.map(({ host, purpose }) => `${host}: ${purpose}`).sort()).toEqual([
    'debian-two.test: Debian packages',
    'debian.test: Debian packages',
    'files.test: Python packages',
    'go.test: Go modules',
    'npm.test: npm packages',
    'python-three.test: Python packages',
    'python-two.test: Python packages',
    'python-usual.test: Python packages',
    'python.test: Python packages',
    'rust.test: Rust packages',
  ])
  expect(JSON.stringify(found)).not.toContain('s3cret')
})

it('has none where nothing is installed or readable', async () => {
  await mkdir(join(home, 'etc/apt/sources.list'), { recursive: true })
  expect(await readRegistries({ ...machine, npmRegistry: nothing })).toEqual([])
})

it('asks commands in the home folder and fails where there is none such', async () => {
  const ask = askIn(home)
  expect((await ask(process.execPath, ['-e', 'console.log(process.cwd())'])).trim()).toBe(home)
  await expect(ask('no-such-command-here', [])).rejects.toThrow()
})
