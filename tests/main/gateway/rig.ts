import type { IncomingMessage, ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { type ProxyAgent, request } from 'undici'
import type { Choice } from '../../../src/main/accounts/types.ts'
import type { CountedRequest } from '../../../src/main/gateway/types.ts'
import type { Account } from '../../../src/preload/accounts.ts'
import { account, proxyAgent, startWorld, type World, type WorldOptions } from './world.ts'

/** A gateway with several accounts at one provider, and a vendor that answers each as a test says. */

/** How the vendor answers an account: the `nth` request with it, from 1. */
export type Script = (res: ServerResponse, nth: number, req: IncomingMessage) => void

export interface Rig {
  readonly world: World
  /** Labels of the accounts whose requests the vendor saw, in order. */
  readonly arrived: string[]
  /** The bodies it saw. */
  readonly bodies: string[]
  readonly counted: CountedRequest[]
  readonly retired: { id: string; message: string }[]
  readonly switches: string[]
  /** What the vendor does with an account's requests; it answers `ok <label>` otherwise. */
  readonly scripts: Map<string, Script>
  /** The choice of accounts, which a test may change. */
  choice: Choice
  ask(options?: Ask): Promise<Answer>
  close(): Promise<void>
}

export interface Ask {
  readonly body?: string | Buffer
  readonly method?: 'GET' | 'POST'
  /** With its question mark. */
  readonly query?: string
  readonly headers?: Readonly<Record<string, string>>
  /** Makes the client leave. */
  readonly signal?: AbortSignal
}

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  /** What came of the body; an error's name behind it where it was cut. */
  readonly text: string
}

/** Where requests of a provider go and which field its key is in. */
const VENDORS = {
  openai: { url: 'https://api.openai.com/v1/chat/completions', field: 'authorization', before: 'Bearer ' },
  anthropic: { url: 'https://api.anthropic.com/v1/messages', field: 'x-api-key', before: '' },
  google: {
    url: 'https://generativelanguage.googleapis.com/v1beta/models/gemini-2.5-flash:streamGenerateContent',
    field: 'x-goog-api-key',
    before: '',
  },
} as const
export type Vendor = keyof typeof VENDORS

export const keyOf = (label: string): string => `sk-rig-${label}-0123456789abcdef`

/** Answers with a status and a JSON body. */
export const says =
  (status: number, body: unknown, headers: Record<string, string> = {}): Script =>
  (res) =>
    void res
      .writeHead(status, { 'content-type': 'application/json', ...headers })
      .end(typeof body === 'string' ? body : JSON.stringify(body))

export const QUOTA = says(429, { error: { code: 'insufficient_quota', message: 'You used it all' } })
export const OK = (label: string): Script => says(200, `ok ${label}`)

async function readAll(body: AsyncIterable<Buffer>): Promise<string> {
  let seen = ''
  try {
    for await (const chunk of body) seen += String(chunk)
    return seen
  } catch (error) {
    return `${seen}|${error instanceof Error ? 'cut' : ''}`
  }
}

async function askThrough(agent: ProxyAgent, world: World, vendor: Vendor, ask: Ask): Promise<Answer> {
  const { url, field, before } = VENDORS[vendor]
  const auth = world.gateway.placeholder('one', vendor, 'api')
  const answer = await request(url + (ask.query ?? ''), {
    dispatcher: agent,
    method: ask.method ?? 'POST',
    headers: {
      'content-type': 'application/json',
      [field]: before + (auth.type === 'api' ? auth.key : ''),
      ...ask.headers,
    },
    body: ask.method === 'GET' ? null : (ask.body ?? '{"model":"gpt-5"}'),
    ...(ask.signal === undefined ? {} : { signal: ask.signal }),
  })
  return { status: answer.statusCode, headers: answer.headers, text: await readAll(answer.body) }
}

/** Puts the accounts into the world, and records what it is told. */
function fillWorld(world: World, vendor: Vendor, labels: readonly string[]) {
  const accounts: Account[] = labels.map((label, position) =>
    account(vendor, { id: `acc-${label}`, label, position, active: position === 0 }),
  )
  for (const { id, label } of accounts) world.credentials.set(id, { type: 'api', key: keyOf(label) })
  const told = {
    counted: [] as CountedRequest[],
    retired: [] as { id: string; message: string }[],
    switches: [] as string[],
  }
  const choice: Choice = {
    accounts,
    strategy: 'sticky',
    active: accounts[0]?.id ?? '',
    reason: 'The active account of its provider.',
  }
  return { told, choice }
}

export async function startRig(
  labels: readonly string[],
  { vendor = 'openai', ...options }: WorldOptions & { readonly vendor?: Vendor } = {},
): Promise<Rig> {
  const arrived: string[] = []
  const bodies: string[] = []
  const scripts = new Map<string, Script>()
  const { field, before } = VENDORS[vendor]
  const world = await startWorld((req, res) => {
    const label = labels.find((one) => req.headers[field] === before + keyOf(one)) ?? 'nobody'
    arrived.push(label)
    const nth = arrived.filter((one) => one === label).length
    res.on('error', () => undefined)
    text(req).then(
      (body) => {
        bodies.push(body)
        ;(scripts.get(label) ?? OK(label))(res, nth, req)
      },
      () => undefined,
    )
  }, options)
  const { told, choice } = fillWorld(world, vendor, labels)
  const agent = proxyAgent(world)
  const rig: Rig = {
    world,
    arrived,
    bodies,
    scripts,
    ...told,
    choice,
    ask: (ask = {}) => askThrough(agent, world, vendor, ask),
    async close() {
      await agent.destroy()
      await world.close()
    },
  }
  Object.assign(world.deps, {
    choose: () => rig.choice,
    count: (one: CountedRequest) => told.counted.push(one),
    retire: (id: string, message: string) => told.retired.push({ id, message }),
    switched: (projectId: string, from: Account, to: Account, reason: string) =>
      told.switches.push(`${projectId}: ${from.label} → ${to.label}. ${reason}`),
  })
  return rig
}
