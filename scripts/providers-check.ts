// `npm run providers:check [-- --only a,b]`: the real OpenCode sends to every provider through the gateway,
// and every request must leave it at one of the provider's measured hosts, with the account's key and no placeholder.
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { hasMark } from '../src/main/gateway/recognise.ts'
import { type Lab, type LabProvider, startLab } from '../tests/main/gateway/lab.ts'
import type { RecordedRequest } from '../tests/support/model-server/types.ts'

const measuredHosts = z.object({
  providers: z.record(
    z.string(),
    z.object({
      packages: z.array(z.string()),
      hosts: z.record(z.string(), z.array(z.object({ placeholderIn: z.string(), request: z.string() }))),
    }),
  ),
})
type Measured = z.infer<typeof measuredHosts>['providers'][string]

/**
 * The made-up fields the measured hosts were measured with. Each is given only with its provider's credential: OpenCode
 * (1.18.33) lists no provider at all when Cloudflare's two are set and its key is not.
 */
const FIELDS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'amazon-bedrock': { AWS_REGION: 'us-east-1' },
  azure: { AZURE_RESOURCE_NAME: 'berthres' },
  'azure-cognitive-services': { AZURE_COGNITIVE_SERVICES_RESOURCE_NAME: 'berthcog' },
  'cloudflare-ai-gateway': { CLOUDFLARE_ACCOUNT_ID: 'berthacct', CLOUDFLARE_GATEWAY_ID: 'berthgw' },
  'cloudflare-workers-ai': { CLOUDFLARE_ACCOUNT_ID: 'berthacct' },
  databricks: { DATABRICKS_HOST: 'berth.databricks.example' },
  'google-vertex': {
    GOOGLE_CLOUD_PROJECT: 'berthproj',
    GOOGLE_VERTEX_PROJECT: 'berthproj',
    GOOGLE_VERTEX_LOCATION: 'global',
    GOOGLE_VERTEX_ENDPOINT: 'aiplatform.googleapis.com',
  },
  'google-vertex-anthropic': { GOOGLE_CLOUD_PROJECT: 'berthproj' },
  infomaniak: { INFOMANIAK_PRODUCT_ID: '42' },
  neon: { NEON_AI_GATEWAY_BASE_URL: 'https://neon.example' },
  'snowflake-cortex': { SNOWFLAKE_ACCOUNT: 'berthsnow' },
}

const AT_ONCE = 4
const TIMEOUT_MS = 60_000

const { values: args } = parseArgs({
  options: {
    measured: {
      type: 'string',
      default: resolve(import.meta.dirname, '../tests/fixtures/provider-hosts.json'),
    },
    only: { type: 'string' },
  },
})

/** Hosts where a key was seen; the others are where OpenCode looked for something else. */
const keyHosts = (measured: Measured): string[] =>
  Object.entries(measured.hosts)
    .filter(([, requests]) => requests.some((request) => request.placeholderIn !== ''))
    .map(([host]) => host)

const isLocal = (host: string): boolean => /^(127\.|localhost)/.test(host)

/** A provider on the user's own machine is reached by its virtual host, as a custom one is. */
function labProvider(id: string, measured: Measured): LabProvider {
  const hosts = keyHosts(measured)
  const local = hosts.find(isLocal)
  if (local === undefined) return { id, hosts, type: id === 'github-copilot' ? 'oauth' : 'api' }
  return { id, hosts: [`${id}.berth.internal`], type: 'api', baseUrl: `http://${local}/v1` }
}

function configFor(providers: readonly LabProvider[]): Record<string, unknown> {
  const local = providers.filter(({ baseUrl }) => baseUrl !== undefined)
  return {
    provider: Object.fromEntries(
      local.map(({ id }) => [id, { options: { baseURL: `http://${id}.berth.internal/v1` } }]),
    ),
  }
}

interface Outcome {
  readonly id: string
  readonly package: string
  readonly model: string
  readonly host: string
  readonly header: string
  readonly problem: string | undefined
}

/** What is wrong with a request that arrived, if anything. */
function judge(
  request: RecordedRequest,
  secret: string,
  measured: Measured,
): { header: string; problem?: string } {
  const header =
    Object.entries(request.headers).find(([, value]) => String(value).includes(secret))?.[0] ?? ''
  const hosts = keyHosts(measured).map((host) => host.replace(/:\d+$/, ''))
  if (hasMark(request.path + JSON.stringify(request.headers)))
    return { header, problem: 'a placeholder is left' }
  if (!hosts.includes(request.host)) return { header, problem: `arrived at ${request.host}, not ${hosts}` }
  const places = Object.values(measured.hosts)
    .flat()
    .map((seen) => seen.placeholderIn)
  if (!places.includes(header)) return { header, problem: `the key is in ${header}, not ${places}` }
  return { header }
}

async function checkOne(lab: Lab, id: string, measured: Measured, pack: string): Promise<Outcome> {
  // The newest models of a kind come last or first, and any of them will do: some are for images or speech only.
  const model = lab.models(id).find((one) => one.package === pack)
  const base = { id, package: pack, model: model?.id ?? '', host: '', header: '' }
  if (!model) return { ...base, problem: 'OpenCode has no model of this package' }
  const answer = await lab.prompt(id, model.id, TIMEOUT_MS)
  if (typeof answer === 'string') return { ...base, problem: answer }
  const credential = lab.secrets(id)
  const secret = credential.type === 'api' ? credential.key : credential.access
  const { header, problem } = judge(answer, secret, measured)
  return { ...base, host: answer.host, header, problem }
}

/** Runs tasks, at most so many at once, and keeps their order. */
async function pooled<T>(tasks: readonly (() => Promise<T>)[], atOnce: number): Promise<T[]> {
  const results: T[] = []
  let next = 0
  const worker = async (): Promise<void> => {
    while (next < tasks.length) {
      const index = next++
      const task = tasks[index]
      if (task) results[index] = await task()
    }
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
  return results
}

const all = measuredHosts.parse(JSON.parse(readFileSync(args.measured, 'utf8'))).providers
const wanted = Object.entries(all).filter(
  ([id]) => args.only === undefined || args.only.split(',').includes(id),
)
const providers = wanted.map(([id, measured]) => labProvider(id, measured))
const env = Object.assign({}, ...providers.map(({ id }) => FIELDS[id] ?? {}))
const lab = await startLab({ providers, env, config: configFor(providers) })
try {
  const tasks = wanted.flatMap(([id, measured]) =>
    [...new Set(lab.models(id).map((model) => model.package))].map((pack) => async () => {
      const outcome = await checkOne(lab, id, measured, pack)
      console.log(
        `${outcome.problem === undefined ? 'ok  ' : 'FAIL'} ${id.padEnd(28)} ${pack.padEnd(32)} ${outcome.host} ${outcome.header} ${outcome.problem ?? ''}`,
      )
      return outcome
    }),
  )
  const outcomes = await pooled(tasks, AT_ONCE)
  // A provider counts when each of its kinds of request arrived rightly.
  const good = wanted.filter(([id]) => {
    const own = outcomes.filter((outcome) => outcome.id === id)
    return own.length > 0 && own.every(({ problem }) => problem === undefined)
  })
  const missing = wanted.map(([id]) => id).filter((id) => !good.some(([other]) => other === id))
  const why = outcomes.filter(({ problem }) => problem !== undefined)
  console.log(
    JSON.stringify({
      providers: wanted.length,
      requests: outcomes.length,
      reached: good.length,
      missing,
      why,
    }),
  )
  process.exitCode = missing.length === 0 ? 0 : 1
} finally {
  await lab.close()
}
