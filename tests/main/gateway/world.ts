import { createServer as createHttp, type Server as PlainServer, type RequestListener } from 'node:http'
import { createServer as createHttps, type Server } from 'node:https'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { createSecureContext, type TLSSocket, connect as tlsConnect } from 'node:tls'
import { ProxyAgent } from 'undici'
import type { Credential } from '../../../src/main/accounts/types.ts'
import type { EgressGate } from '../../../src/main/egress/types.ts'
import { BerthError } from '../../../src/main/errors.ts'
import { createGateway } from '../../../src/main/gateway/gateway.ts'
import { POOL_DEFAULTS, type PoolOptions } from '../../../src/main/gateway/pool/options.ts'
import type { Gateway, GatewayDeps, Limits } from '../../../src/main/gateway/types.ts'
import type { Account } from '../../../src/preload/accounts.ts'
import type { GatewayStatus, Notice, Route } from '../../../src/preload/shapes.ts'
import { createTestAuthority } from '../../support/model-server/certificates.ts'
import { onlyAccount, withoutPools } from '../../support/single-accounts.ts'

/** The real key of every test account; it must turn up at the vendor's host and nowhere else. */
export const CANARY = 'sk-canary-7Qd0aVt3xLm9ZpKs2RbW'

export const HOSTS: Record<string, string[]> = {
  anthropic: ['api.anthropic.com'],
  openai: ['api.openai.com', 'chatgpt.com'],
  google: ['generativelanguage.googleapis.com'],
  'github-copilot': ['api.githubcopilot.com'],
  azure: ['mine.openai.azure.com', 'theirs.openai.azure.com'],
  opencode: ['opencode.ai'],
  'opencode-go': ['opencode.ai'],
  homelab: ['homelab.berth.internal'],
}
const PREFIXES: Record<string, string> = { anthropic: 'sk-ant-api03-', openai: 'sk-', google: 'AIza' }

export function account(providerId: string, change: Partial<Account> = {}): Account {
  return {
    id: `acc-${providerId}`,
    providerId,
    namespace: '',
    label: 'work',
    type: 'api',
    preview: 'sk-…',
    position: 0,
    fields: {},
    state: 'connected',
    active: true,
    createdAt: 1,
    ...change,
  }
}

export interface World {
  readonly gateway: Gateway
  readonly port: number
  readonly deps: GatewayDeps
  readonly accounts: Map<string, Account>
  readonly credentials: Map<string, Credential>
  readonly customUrls: Map<string, string>
  readonly projects: Set<string>
  readonly hosts: Record<string, string[]>
  readonly routes: Route[]
  readonly notices: Omit<Notice, 'id'>[]
  readonly statuses: GatewayStatus[]
  readonly used: string[]
  readonly rejected: { id: string; message: string }[]
  readonly records: Map<string, string>
  /** Ports of the stand-in for every vendor. */
  readonly vendor: { readonly https: number; readonly http: number; readonly server: Server }
  /** The same vendor in plain HTTP. */
  readonly plainVendor: PlainServer
  readonly caPem: string
  /** Everything Berth said that is not for the vendor, for the search for the canary. */
  said(): string
  close(): Promise<void>
}

/** What the world outside can do, held in maps the tests change. */
export function makeDeps(): Omit<
  World,
  'gateway' | 'port' | 'vendor' | 'plainVendor' | 'caPem' | 'said' | 'close'
> {
  const state = {
    accounts: new Map(
      Object.keys(HOSTS)
        .filter((id) => id !== 'homelab')
        .map((id) => [id, account(id)]),
    ),
    credentials: new Map<string, Credential>(
      Object.keys(HOSTS).map((id) => [`acc-${id}`, { type: 'api', key: `${CANARY}-${id}` }]),
    ),
    customUrls: new Map<string, string>(),
    projects: new Set(['one', 'two']),
    hosts: structuredClone(HOSTS),
    routes: [] as Route[],
    notices: [] as Omit<Notice, 'id'>[],
    statuses: [] as GatewayStatus[],
    used: [] as string[],
    rejected: [] as { id: string; message: string }[],
    records: new Map<string, string>(),
  }
  const deps: GatewayDeps = {
    ...withoutPools,
    projectExists: (id) => state.projects.has(id),
    choose(_, providerId, models) {
      const model = models.find((name) => state.accounts.has(`${providerId}:${name}`))
      const found = state.accounts.get(model === undefined ? providerId : `${providerId}:${model}`)
      if (!found)
        throw new BerthError(
          'no_credential',
          `There is no account for ${providerId}. Connect it in Providers.`,
        )
      return onlyAccount(found, 'The active account of its provider.')
    },
    credential(id) {
      const found = state.credentials.get(id)
      if (!found) throw new BerthError('no_credential', 'The record is gone.')
      return found
    },
    providerIds: () => Object.keys(state.hosts),
    hosts: (id) => state.hosts[id] ?? [],
    accountHosts: (of) =>
      (state.hosts[of.providerId] ?? []).filter(
        (host) => of.fields.only === undefined || host === of.fields.only,
      ),
    customBaseUrl: (id) => state.customUrls.get(id),
    keyPrefix: (id) => PREFIXES[id] ?? '',
    projectName: (id) => id,
    providerName: (id) => id[0]?.toUpperCase() + id.slice(1),
    accountCount: () => state.accounts.size,
    markUsed: (id) => state.used.push(id),
    markRejected: (id, message) => state.rejected.push({ id, message }),
    onRoute: (route) => state.routes.push({ ...route }),
    onNotice: (notice) => state.notices.push(notice),
    onStatus: (status) => state.statuses.push(status),
    readSecret: (id) => state.records.get(id),
    writeSecret: async (id, secret) => void state.records.set(id, secret),
  }
  return { ...state, deps }
}

async function startVendor(handler: RequestListener, name?: string) {
  const authority = await createTestAuthority()
  const server = createHttps(
    {
      ...(await authority.leafFor('unnamed.test')),
      SNICallback: (host, done) =>
        void authority.leafFor(name ?? host).then((leaf) => done(null, createSecureContext(leaf)), done),
    },
    handler,
  )
  const plain = createHttp(handler)
  for (const one of [server, plain]) await new Promise<void>((done) => one.listen(0, '127.0.0.1', done))
  const portOf = (one: Server | typeof plain): number => (one.address() as AddressInfo).port
  return { authority, server, plain, https: portOf(server), http: portOf(plain) }
}

export interface WorldOptions {
  readonly pool?: Partial<PoolOptions>
  readonly limits?: Partial<Limits>
  readonly now?: () => number
  readonly hostMap?: Readonly<Record<string, string>>
  readonly trustVendor?: boolean
  /** Names this computer's proxy. */
  readonly env?: Readonly<Record<string, string | undefined>>
  /** What projects may reach and what is counted; absent, anything and nothing. */
  readonly egress?: EgressGate
  /** The name in the vendor's certificate, instead of the one that was asked for. */
  readonly vendorName?: string
}

/** A gateway with every vendor's host mapped to one real TLS server that `handler` answers for. */
export async function startWorld(handler: RequestListener, options: WorldOptions = {}): Promise<World> {
  const vendor = await startVendor(handler, options.vendorName)
  const state = makeDeps()
  state.deps.poolOptions = () => ({ ...POOL_DEFAULTS, wait: 0, ...options.pool })
  if (options.egress) Object.assign(state.deps, { egress: options.egress })
  const hostMap: Record<string, string> = {}
  for (const host of [...Object.values(HOSTS).flat(), 'elsewhere.test', 'auth.openai.com']) {
    hostMap[host] = `127.0.0.1:${vendor.https}`
    hostMap[`${host}:80`] = `127.0.0.1:${vendor.http}`
  }
  const gateway = createGateway(state.deps, {
    hostMap: { ...hostMap, ...options.hostMap },
    extraCa: options.trustVendor === false ? undefined : vendor.authority.caPem,
    ...(options.limits ? { limits: options.limits } : {}),
    ...(options.now ? { now: options.now } : {}),
    ...(options.env ? { env: options.env } : {}),
  })
  const { port } = await gateway.listen(['127.0.0.1'], 0)
  return {
    ...state,
    gateway,
    port,
    vendor,
    plainVendor: vendor.plain,
    caPem: vendor.authority.caPem,
    said: () =>
      JSON.stringify([
        state.routes,
        state.notices,
        state.statuses,
        state.rejected,
        gateway.routes('one'),
        gateway.routes('two'),
        gateway.status(),
      ]),
    async close() {
      await gateway.close()
      for (const server of [vendor.server, vendor.plain]) {
        server.closeAllConnections()
        await new Promise((done) => server.close(done))
      }
    },
  }
}

/** The value of the header a client logs in with. */
export function basic(world: Pick<World, 'gateway'>, projectId = 'one'): string {
  const { user, password } = world.gateway.login(projectId)
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
}

/** undici's own proxy client, as OpenCode's fetch would use the gateway. Close it after use. */
export function proxyAgent(world: World, projectId = 'one'): ProxyAgent {
  return new ProxyAgent({
    uri: `http://127.0.0.1:${world.port}`,
    token: basic(world, projectId),
    requestTls: { ca: world.gateway.caCertificate() },
  })
}

/** Sends bytes to the gateway and reads until it closes the connection. */
export async function raw(port: number, bytes: string): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  socket.write(bytes)
  return text(socket).catch((error: Error) => error.message)
}

/** Reads one answer's header from a connection that stays open. */
export function readHead(socket: Socket): Promise<string> {
  return new Promise((resolve, reject) => {
    let seen = ''
    const onData = (chunk: Buffer): void => {
      seen += chunk.toString('latin1')
      const end = seen.indexOf('\r\n\r\n')
      if (end < 0) return
      socket.off('data', onData)
      socket.pause()
      const rest = seen.slice(end + 4)
      if (rest !== '') socket.unshift(Buffer.from(rest, 'latin1'))
      resolve(seen.slice(0, end))
    }
    socket.on('data', onData)
    socket.resume()
    socket.once('error', reject)
    socket.once('close', () => reject(new Error(`closed after: ${seen}`)))
  })
}

/** CONNECTs; answers with the first line and the open connection. */
export async function connectThrough(
  world: Pick<World, 'gateway' | 'port'>,
  target: string,
  options: { projectId?: string; authorization?: string; allowHalfOpen?: boolean } = {},
): Promise<{ status: number; socket: Socket; head: string }> {
  const socket = connect({
    port: world.port,
    host: '127.0.0.1',
    allowHalfOpen: options.allowHalfOpen ?? false,
  })
  const authorization = options.authorization ?? basic(world, options.projectId)
  socket.write(
    `CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\nProxy-Authorization: ${authorization}\r\n\r\n`,
  )
  const head = await readHead(socket)
  return { status: Number(head.split(' ')[1]), socket, head }
}

/** CONNECTs and ends the TLS handshake, asking for `servername`. */
export async function tlsThrough(
  world: World,
  host: string,
  options: { servername?: string; projectId?: string; port?: number } = {},
): Promise<TLSSocket> {
  const { socket } = await connectThrough(world, `${host}:${options.port ?? 443}`, options)
  const secure = tlsConnect({
    socket,
    servername: options.servername ?? host,
    ca: world.gateway.caCertificate(),
    ALPNProtocols: ['http/1.1'],
    checkServerIdentity: () => undefined,
  })
  await new Promise<void>((resolve, reject) => {
    secure.once('secureConnect', resolve)
    secure.once('error', reject)
  })
  return secure
}

/** Sends bytes inside a TLS connection and reads until its end. */
export async function rawTls(world: World, host: string, bytes: string, servername = host): Promise<string> {
  const secure = await tlsThrough(world, host, { servername })
  secure.write(bytes)
  return text(secure).catch((error: Error) => error.message)
}

/** Waits until a condition that events make true holds; polls each turn of the loop, up to five seconds. */
export async function until(condition: () => boolean, what: string): Promise<void> {
  const deadline = Date.now() + 5000
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`never happened: ${what}`)
    await new Promise((done) => setTimeout(done, 5))
  }
}
