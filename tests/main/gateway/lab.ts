import { randomBytes } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import type { Credential } from '../../../src/main/accounts/types.ts'
import { BerthError } from '../../../src/main/errors.ts'
import { createGateway } from '../../../src/main/gateway/gateway.ts'
import type { Gateway, GatewayDeps } from '../../../src/main/gateway/types.ts'
import { messageIdFor } from '../../../src/main/opencode/message-id.ts'
import type { Account } from '../../../src/preload/accounts.ts'
import type { Notice, Route } from '../../../src/preload/shapes.ts'
import { startModelServer } from '../../support/model-server/server.ts'
import type { ModelServer, RecordedRequest } from '../../support/model-server/types.ts'
import { type OpenCodeProcess, startOpenCodeProcess } from '../../support/opencode-process.ts'
import { onlyAccount, withoutPools } from '../../support/single-accounts.ts'

/**
 * A real OpenCode, a gateway and a model server that stands in every vendor's place: to see what leaves the gateway when
 * OpenCode is given placeholders.
 */

export interface LabProvider {
  readonly id: string
  /** Hosts that may get its credential. */
  readonly hosts: readonly string[]
  readonly type: Credential['type']
  /** Set for one that is reached by a virtual host. */
  readonly baseUrl?: string
}

export interface LabOptions {
  readonly providers: readonly LabProvider[]
  /** Fields of accounts, as OpenCode reads them: environment variables. */
  readonly env: Readonly<Record<string, string>>
  /** OpenCode's config, for providers of the user's own. */
  readonly config?: Readonly<Record<string, unknown>>
}

export interface LabModel {
  readonly id: string
  readonly package: string
}

export interface Lab {
  readonly gateway: Gateway
  readonly vendor: ModelServer
  readonly server: OpenCodeProcess
  readonly routes: readonly Route[]
  readonly notices: readonly Omit<Notice, 'id'>[]
  /** The real secrets, by field, that must turn up at the vendor. */
  secrets(providerId: string): Credential
  /** Every model OpenCode has of a provider. */
  models(providerId: string): LabModel[]
  /** Takes a provider's account away, as a person would in Providers. */
  disconnect(providerId: string): void
  /**
   * Prompts of one provider go one after the other. Sends a prompt and waits for the first request that carries the provider's secret; the prompt is then stopped.
   * Answers with it, or with what OpenCode said instead.
   */
  prompt(providerId: string, modelId: string, timeoutMs: number): Promise<RecordedRequest | string>
  close(): Promise<void>
}

const PROJECT = 'lab'
const providerList = z.object({
  all: z.array(
    z.object({
      id: z.string(),
      models: z.record(z.string(), z.object({ id: z.string(), api: z.object({ npm: z.string() }) })),
    }),
  ),
})

function makeSecrets({ id, type }: LabProvider): Credential {
  const canary = (what: string): string => `canary-${id}-${what}-${randomBytes(9).toString('hex')}`
  if (type === 'api') return { type, key: canary('key') }
  // Copilot's plugin has one token under two names.
  const access = canary('access')
  const refresh = id === 'github-copilot' ? access : canary('refresh')
  return { type, access, refresh, expires: 4_102_444_800_000, accountId: canary('account') }
}

const accountOf = ({ id, type }: LabProvider): Account => ({
  id: `acc-${id}`,
  providerId: id,
  namespace: '',
  label: 'lab',
  type,
  preview: '',
  position: 0,
  fields: {},
  state: 'connected',
  active: true,
  createdAt: 0,
})

function makeDeps(providers: ReadonlyMap<string, LabProvider>, secrets: ReadonlyMap<string, Credential>) {
  const records = new Map<string, string>()
  const routes: Route[] = []
  const notices: Omit<Notice, 'id'>[] = []
  const disconnected = new Set<string>()
  const find = (id: string): LabProvider => {
    const found = providers.get(id)
    if (!found || disconnected.has(id))
      throw new BerthError('no_credential', `There is no account for ${id}. Connect it in Providers.`)
    return found
  }
  const deps: GatewayDeps = {
    projectExists: (id) => id === PROJECT,
    ...withoutPools,
    choose: (_, id) => onlyAccount(accountOf(find(id)), 'The only account.'),
    credential(accountId) {
      const found = secrets.get(accountId.slice('acc-'.length))
      if (!found) throw new BerthError('no_credential', 'There is no such record.')
      return found
    },
    providerIds: () => [...providers.keys()],
    hosts: (id) => [...(providers.get(id)?.hosts ?? [])],
    accountHosts: ({ providerId }) => [...find(providerId).hosts],
    customBaseUrl: (id) => providers.get(id)?.baseUrl,
    keyPrefix: () => 'sk-',
    projectName: (id) => id,
    providerName: (id) => id,
    accountCount: () => providers.size,
    markUsed: () => undefined,
    markRejected: () => undefined,
    onRoute: (route) => routes.push({ ...route }),
    onNotice: (notice) => notices.push(notice),
    onStatus: () => undefined,
    readSecret: (id) => records.get(id),
    writeSecret: async (id, secret) => void records.set(id, secret),
  }
  return { deps, routes, notices, disconnect: (id: string) => void disconnected.add(id) }
}

/** Every host in the vendor's place: its TLS port for the host, its plain one for the host's port of a base URL. */
function mapHosts(providers: readonly LabProvider[], vendor: ModelServer): Record<string, string> {
  const map: Record<string, string> = {}
  for (const { hosts, baseUrl } of providers) {
    for (const host of hosts) map[host] = `127.0.0.1:${vendor.httpsPort}`
    const url = baseUrl === undefined ? undefined : new URL(baseUrl)
    if (url?.protocol === 'http:') map[`${url.hostname}:${url.port || '80'}`] = `127.0.0.1:${vendor.httpPort}`
  }
  return map
}

/** True when a request carries one of a provider's secrets. */
export function carries(request: RecordedRequest, credential: Credential): boolean {
  const text = decodeURIComponent(request.path) + JSON.stringify(request.headers)
  return text.includes(credential.type === 'api' ? credential.key : credential.access)
}

async function send(
  server: OpenCodeProcess,
  vendor: ModelServer,
  credential: Credential,
  model: { providerId: string; modelId: string },
  timeoutMs: number,
): Promise<RecordedRequest | string> {
  const { client } = server
  const { id } = await client.createSession()
  const seen = vendor.requests.length
  const arrived = vendor.waitForRequest(
    // Some SDKs drop OpenCode's session id: then it is the newest of the provider.
    (request) =>
      (request.headers['x-session-id'] ?? id) === id &&
      vendor.requests.indexOf(request) >= seen &&
      carries(request, credential),
    timeoutMs,
  )
  arrived.catch(() => undefined)
  try {
    const messageId = messageIdFor(`lab${randomBytes(8).toString('hex')}`)
    await client.prompt({ sessionId: id, messageId, text: 'hello', ...model })
    return await arrived
  } catch (error) {
    const said = await client.messages(id).catch(() => [])
    const problem = said.findLast((message) => message.problem !== undefined)?.problem
    return problem === undefined
      ? error instanceof Error
        ? error.message
        : 'no request'
      : `${problem.code}: ${problem.message}`
  } finally {
    await client.stop(id).catch(() => undefined)
  }
}

/** Every model OpenCode has, by provider. */
async function listModels({ endpoint, password }: OpenCodeProcess): Promise<Map<string, LabModel[]>> {
  const login = Buffer.from(`opencode:${password}`).toString('base64')
  const answer = await fetch(`${endpoint}/provider`, { headers: { authorization: `Basic ${login}` } })
  if (!answer.ok) throw new Error(`OpenCode does not list its providers: ${await answer.text()}`)
  const { all } = providerList.parse(await answer.json())
  return new Map(
    all.map(({ id, models }) => [
      id,
      Object.values(models).map((model) => ({ id: model.id, package: model.api.npm })),
    ]),
  )
}

/** Starts OpenCode behind the gateway, as a project's server is started. */
async function startBehind(gateway: Gateway, port: number, options: LabOptions): Promise<OpenCodeProcess> {
  const folder = await mkdtemp(join(tmpdir(), 'berth-lab-'))
  const caFile = join(folder, 'ca.pem')
  await writeFile(caFile, gateway.caCertificate())
  const { user, password } = gateway.login(PROJECT)
  const proxy = `http://${user}:${password}@127.0.0.1:${port}`
  const started = await startOpenCodeProcess({
    config: JSON.stringify({ share: 'disabled', ...options.config }),
    env: {
      HTTPS_PROXY: proxy,
      HTTP_PROXY: proxy,
      NO_PROXY: '127.0.0.1,localhost,::1',
      NODE_EXTRA_CA_CERTS: caFile,
      ...options.env,
    },
  })
  const close = async (): Promise<void> => {
    await started.close()
    await rm(folder, { recursive: true, force: true })
  }
  return { ...started, close }
}

/** The end of OpenCode's own log. */
async function lastLog({ home }: OpenCodeProcess): Promise<string> {
  const folder = join(home, '.local/share/opencode/log')
  const files = await readdir(folder).catch(() => [])
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')))
  return texts.join('\n').slice(-3000)
}

export async function startLab(options: LabOptions): Promise<Lab> {
  const providers = new Map(options.providers.map((provider) => [provider.id, provider]))
  const secrets = new Map(options.providers.map((provider) => [provider.id, makeSecrets(provider)]))
  // Copilot's own list of models is not one the model server knows how to write; without one OpenCode uses its own.
  const vendor = await startModelServer({ acceptKeys: (_, host) => host !== 'api.githubcopilot.com' })
  const { deps, routes, notices, disconnect } = makeDeps(providers, secrets)
  const hostMap = mapHosts(options.providers, vendor)
  const gateway = createGateway(deps, { hostMap, extraCa: vendor.caPem })
  const { port } = await gateway.listen(['127.0.0.1'], 0)
  const server = await startBehind(gateway, port, options)
  const close = async (): Promise<void> => {
    await server.close()
    await gateway.close()
    await vendor.close()
  }
  try {
    for (const { id, type } of options.providers)
      await server.client.setAuth(id, gateway.placeholder(PROJECT, id, type))
    const models = await listModels(server)
    const secretsOf = (id: string): Credential => deps.credential(`acc-${id}`)
    return {
      gateway,
      vendor,
      server,
      routes,
      notices,
      secrets: secretsOf,
      disconnect,
      models: (id) => models.get(id) ?? [],
      prompt: (providerId, modelId, timeoutMs) =>
        send(server, vendor, secretsOf(providerId), { providerId, modelId }, timeoutMs),
      close,
    }
  } catch (error) {
    const log = await lastLog(server)
    await close()
    throw new Error(`the lab did not start; OpenCode's log ends with: ${log}`, { cause: error })
  }
}
