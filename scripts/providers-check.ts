// `npm run providers:check [-- --only a,b]`: the real OpenCode sends to every provider through the gateway,
// and every request must leave it at one of the provider's measured hosts, with the account's key and no placeholder.
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { createCatalog } from '../src/main/catalog/catalog.ts'
import { openDatabase } from '../src/main/db/database.ts'
import { hasMark } from '../src/main/gateway/recognise.ts'
import { type Lab, type LabProvider, startLab } from '../tests/main/gateway/lab.ts'
import type { RecordedRequest } from '../tests/support/model-server/types.ts'

/** `tests/fixtures/provider-hosts.json`: what each provider's hosts were asked, and where the key was ("" for nowhere). */
const measuredHosts = z.object({
  fields: z.record(z.string(), z.string()),
  providers: z.record(z.string(), z.record(z.string(), z.array(z.string()))),
})
type Measured = z.infer<typeof measuredHosts>['providers'][string]

const AT_ONCE = 4
const TIMEOUT_MS = 60_000

const { values: args } = parseArgs({ options: { only: { type: 'string' } } })

const root = resolve(import.meta.dirname, '..')
const catalog = createCatalog({
  db: openDatabase(':memory:'),
  snapshotFile: resolve(root, 'resources/catalog.json'),
})
const fixture = measuredHosts.parse(
  JSON.parse(readFileSync(resolve(root, 'tests/fixtures/provider-hosts.json'), 'utf8')),
)

/** The place of the key in a measured request such as `x-api-key POST /v1/messages`; nothing when it had none. */
const placeOf = (seen: string): string | undefined => /^[a-z][a-z-]* (?=[A-Z])/.exec(seen)?.[0].trim()

/** Hosts where a key was seen; the others are where OpenCode looked for something else. */
const keyHosts = (measured: Measured): string[] =>
  Object.keys(measured).filter((host) => measured[host]?.some((seen) => placeOf(seen) !== undefined))

const isLocal = (host: string): boolean => /^(127\.|localhost)/.test(host)

/**
 * A field is given only with its provider's credential: OpenCode (1.18.33) lists no provider at all when Cloudflare's
 * two are set and its key is not.
 */
function fieldsFor(id: string): Record<string, string> {
  const names = catalog.provider(id).fields.map(({ name }) => name)
  return Object.fromEntries(Object.entries(fixture.fields).filter(([name]) => names.includes(name)))
}

/** A provider on the user's own machine is reached by a virtual host, as a custom one is. */
function labProvider(id: string, measured: Measured): LabProvider {
  const local = keyHosts(measured).find(isLocal)
  if (local !== undefined)
    return { id, hosts: [`${id}.berth.internal`], type: 'api', baseUrl: `http://${local}/v1` }
  const type = id === 'github-copilot' ? 'oauth' : 'api'
  return { id, hosts: catalog.hosts(id, fieldsFor(id)), type }
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
    Object.entries(request.headers).find(([, value]) => String(value).includes(secret))?.[0] ?? 'address'
  const hosts = keyHosts(measured).map((host) => host.replace(/:\d+$/, ''))
  if (hasMark(request.path + JSON.stringify(request.headers)))
    return { header, problem: 'a placeholder is left' }
  if (!hosts.includes(request.host)) return { header, problem: `arrived at ${request.host}, not ${hosts}` }
  const places = Object.values(measured).flat().map(placeOf)
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

const only = args.only?.split(',')
const wanted = Object.entries(fixture.providers).filter(([id]) => only === undefined || only.includes(id))
const providers = wanted.map(([id, measured]) => labProvider(id, measured))
const env: Record<string, string> = Object.assign({}, ...providers.map(({ id }) => fieldsFor(id)))
const lab = await startLab({ providers, env, config: configFor(providers) })

function print({ id, package: pack, host, header, problem }: Outcome): void {
  const mark = problem === undefined ? 'ok  ' : 'FAIL'
  console.log(`${mark} ${id.padEnd(26)} ${pack.padEnd(32)} ${host.padEnd(44)} ${header} ${problem ?? ''}`)
}

try {
  const tasks = wanted.map(([id, measured]) => async () => {
    const outcomes: Outcome[] = []
    for (const pack of new Set(lab.models(id).map((model) => model.package)))
      outcomes.push(await checkOne(lab, id, measured, pack))
    outcomes.forEach(print)
    return outcomes
  })
  const outcomes = (await pooled(tasks, AT_ONCE)).flat()
  // A provider counts when a request of each of its SDK packages arrived rightly.
  const good = wanted
    .map(([id]) => id)
    .filter((id) => {
      const own = outcomes.filter((outcome) => outcome.id === id)
      return own.length > 0 && own.every(({ problem }) => problem === undefined)
    })
  const missing = wanted.map(([id]) => id).filter((id) => !good.includes(id))
  const why = outcomes.filter(({ problem }) => problem !== undefined)
  // What the catalog says cannot be connected with a key is missing, but not a fault.
  const faults = missing.filter((id) => catalog.provider(id).unsupported === undefined)
  const counts = {
    providers: wanted.length,
    requests: outcomes.length,
    reached: good.length,
    missing,
    faults,
    why,
  }
  console.log(JSON.stringify(counts))
  process.exitCode = faults.length === 0 ? 0 : 1
} finally {
  await lab.close()
}
