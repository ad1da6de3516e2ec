import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connectToBerth } from '../../../src/main/cli/client.ts'
import { openDatabase } from '../../../src/main/db/database.ts'
import { createEgressRepo } from '../../../src/main/egress/egress-repo.ts'
import { type EgressRule, OLDER_HOSTS } from '../../../src/preload/egress.ts'
import { type CommandWorld, makeCommandWorld } from '../../support/cli/harness.ts'
import { makeTempProject, type TempProject } from '../../support/temp-project.ts'

/** `berth network` as processes, beside a Berth that runs and alone, on a project that asked for some hosts. */

const MINUTE = 60_000

let world: CommandWorld
let folder: TempProject
let berth: Awaited<ReturnType<CommandWorld['startBerth']>> | undefined

/** What the gateway would have counted. */
function count(projectId: string): void {
  const db = openDatabase(join(world.dataDir, 'berth.db'))
  const now = Date.now()
  const of = (connections: number, refused: number, bytesIn: number, minutes: number) => ({
    ...{ connections, refused, bytesOut: 410, bytesIn, lastAt: now - minutes * MINUTE },
  })
  createEgressRepo(db).save(
    projectId,
    new Map([
      ['api.openai.com', of(214, 0, 6_120_000, 0)],
      ['telemetry.example.com', { ...of(0, 37, 0, 2), bytesOut: 0 }],
      ['git.example.com:22', of(3, 1, 92_400, 5)],
      ['github.com', of(4, 0, 999, 61)],
      [OLDER_HOSTS, of(9, 12, 0, 3000)],
    ]),
    [],
  )
  db.close()
}

const out = async (...args: string[]): Promise<string> => {
  const ran = await world.run(args)
  expect(ran).toMatchObject({ code: 0, err: '' })
  return ran.out
}
const own = async () =>
  ((await world.json(['network', 'hosts'])) as EgressRule[]).flatMap(({ host, own }) => (own ? [host] : []))

beforeAll(async () => {
  world = makeCommandWorld()
  folder = await makeTempProject('atlas')
  await world.json(['accounts', 'add', 'openai', 'work', '--no-test'], 'sk-proj-0123456789abcdef\n')
  berth = await world.startBerth()
  const link = await connectToBerth(world.dataDir)
  const made = await link?.call('projects.create', {
    ...{ name: 'atlas', folder: folder.path, providerId: 'openai', modelId: 'gpt-5', runtime: 'docker' },
  })
  await link?.close()
  await berth.quit()
  berth = undefined
  expect(await out('network', 'list', 'atlas')).toBe('atlas may go to any host.\nIt asked for no host yet.\n')
  count(made?.id ?? '')
})
afterAll(async () => {
  await berth?.quit()
  await world.close()
  await folder.remove()
})

describe.each([
  ['alone', false],
  ['beside a Berth that runs', true],
] as const)('%s', (_, running) => {
  beforeAll(async () => {
    if (running) berth = await world.startBerth()
  })

  it('lists where a project went, and where it may go', async () => {
    expect(await out('network', 'policy', 'atlas', 'open')).toBe('atlas may go to any host.\n')
    expect(await out('network', 'list', 'atlas')).toMatchInlineSnapshot(`
      "atlas may go to any host.
      HOST                                CONNECTIONS  OUT    IN       REFUSED  LAST
      api.openai.com         provider     214          410 B  6.1 MB   0        just now
      telemetry.example.com  refused      0            0 B    0 B      37       2 minutes ago
      git.example.com:22                  3            410 B  92.4 kB  1        5 minutes ago
      github.com             on the list  4            410 B  999 B    0        1 hour ago
      others, longer ago                  9            410 B  0 B      12       2 days ago
      "
    `)
    expect(await world.json(['network', 'list', 'Atlas'])).toMatchObject({
      policy: 'open',
      destinations: [
        { host: 'api.openai.com', kind: 'provider', connections: 214, bytesOut: 410, bytesIn: 6_120_000 },
        { host: 'telemetry.example.com', kind: 'other', connections: 0, refused: 37, listed: false },
        { host: 'git.example.com:22', listed: false },
        { host: 'github.com', listed: true },
        { host: OLDER_HOSTS, refused: 12 },
      ],
    })
  })

  it('shows and sets the policy', async () => {
    expect(await out('network', 'policy', 'atlas', 'gateway-only')).toBe(
      'atlas may go to its providers and nowhere else.\n',
    )
    expect(await world.json(['network', 'policy', 'atlas', 'listed'])).toEqual({ policy: 'listed' })
    expect(await out('network', 'policy', 'atlas')).toBe(
      'atlas may go to hosts on the list and to its providers.\n',
    )
  })

  it('allows a host and takes it away again', async () => {
    expect(await out('network', 'allow', 'Git.Example.com:22', '--for', 'our git')).toContain(
      'is on the list, for every project that keeps to it.',
    )
    expect(await out('network', 'allow', 'telemetry.example.com')).toContain('telemetry.example.com is on')
    expect(await own()).toEqual(['git.example.com:22', 'telemetry.example.com'])
    const lines = (await out('network', 'hosts')).split('\n')
    expect(lines.find((line) => line.startsWith('git.example'))).toMatch(/:22 +yours +our git$/)
    expect(lines.find((line) => line.startsWith('github.com '))).toMatch(/ Berth's +GitHub$/)
    expect(await out('network', 'list', 'atlas')).toMatch(/telemetry\.example\.com +on the list +0 /)
    // Only a Berth that runs is asked; a colon would part the word in bash.
    expect(await out('__complete', 'host')).toBe(running ? 'telemetry.example.com\n' : '')
    expect(await out('network', 'remove', 'git.example.com:22')).toBe(
      'git.example.com:22 is off the list; connections to it are ended.\n',
    )
    expect(await world.json(['network', 'remove', 'telemetry.example.com'])).toContainEqual(
      expect.objectContaining({ host: 'github.com', own: false }),
    )
    expect(await own()).toEqual([])
  })

  it('refuses in words what cannot be', async () => {
    expect(await world.run(['network', 'policy', 'atlas', 'closed'])).toMatchObject({
      code: 2,
      err: expect.stringContaining('open, listed, gateway-only'),
    })
    expect(await world.run(['network', 'list', 'nope'])).toMatchObject({ code: 3 })
    expect(await world.run(['network', 'allow', 'https://git.example.com/'])).toMatchObject({
      code: 2,
      out: '',
      err: expect.stringContaining('is no host name. Write a name such as git.example.com'),
    })
    expect(await world.run(['network', 'remove', 'github.com', '--json'])).toMatchObject({
      code: 2,
      err: expect.stringContaining('comes with Berth'),
    })
    expect(await world.run(['network', 'remove', 'never.example.com'])).toMatchObject({ code: 3 })
  })
})

it('is completed with its choices', async () => {
  const script = await out('completion', 'bash')
  expect(script).toContain('berth network policy')
  expect(script).toContain('gateway-only')
})
