import type { LocalServer } from '../../preload/accounts.ts'
import type { NamedModel } from '../catalog/types.ts'
import { BerthError } from '../errors.ts'
import type { CallUpstream } from '../upstream-call.ts'
import { at, parseJson } from './json.ts'
import { readModels } from './model-list.ts'
import { ollamaAddress } from './ollama-host.ts'
import type { FindLocal } from './types.ts'

type Kind = LocalServer['kind']

/** Where each is looked for. A test gives ports of its own. */
export type LocalPorts = Readonly<Record<Kind, number>>

const PORTS: LocalPorts = { ollama: 11434, 'lm-studio': 1234, 'llama.cpp': 8080 }
const NAMES: Readonly<Record<Kind, string>> = {
  ollama: 'Ollama',
  'lm-studio': 'LM Studio',
  'llama.cpp': 'llama.cpp',
}
const TIMEOUT_MS = 2000

/** The JSON at an address; undefined when nothing answers there, or with something else. */
type Look = (url: string) => Promise<unknown>

const records = (value: unknown): unknown[] => (Array.isArray(value) ? value : [])

/**
 * What tells each from another server on its port, and its models. Undefined when it is not the one. After
 * docs.ollama.com/api, lmstudio.ai/docs/app/api/endpoints/rest and llama.cpp's tools/server/README.md.
 */
const RECOGNISE: Readonly<Record<Kind, (look: Look, origin: string) => Promise<NamedModel[] | undefined>>> = {
  async ollama(look, origin) {
    const [version, list] = await Promise.all([look(`${origin}/api/version`), look(`${origin}/v1/models`)])
    return typeof at(version, 'version') === 'string' ? readModels(list) : undefined
  },
  async 'lm-studio'(look, origin) {
    const list = await look(`${origin}/api/v0/models`)
    const entries = at(list, 'object') === 'list' ? at(list, 'data') : undefined
    const isOwn = (one: unknown) =>
      typeof at(one, 'type') === 'string' && typeof at(one, 'state') === 'string'
    if (!Array.isArray(entries) || !entries.every(isOwn)) return undefined
    // It lists models for embeddings as well, which answer no prompt.
    return readModels({ data: entries.filter((one) => at(one, 'type') !== 'embeddings') }) ?? []
  },
  async 'llama.cpp'(look, origin) {
    const [props, list] = await Promise.all([look(`${origin}/props`), look(`${origin}/v1/models`)])
    const owned = records(at(list, 'data')).some((one) => at(one, 'owned_by') === 'llamacpp')
    const own =
      at(props, 'default_generation_settings') !== undefined && at(props, 'total_slots') !== undefined
    return owned || own ? (readModels(list) ?? []) : undefined
  },
}

function createLook(call: CallUpstream): Look {
  return async (url) => {
    try {
      const headers = { accept: 'application/json', 'user-agent': 'Berth' }
      const answer = await call({ method: 'GET', url, headers, timeoutMs: TIMEOUT_MS })
      return answer.status === 200 ? parseJson(answer.text) : undefined
    } catch (error) {
      if (error instanceof BerthError) return undefined
      throw error
    }
  }
}

interface Candidate {
  readonly kind: Kind
  /** Asked at, the first that answers counts. */
  readonly origins: readonly string[]
  /** Kept in the base URL. */
  readonly shown: string
}

function candidates(ports: LocalPorts, ollamaHost: string | undefined): Candidate[] {
  const local = (Object.keys(NAMES) as Kind[]).map((kind) => ({
    kind,
    origins: [`http://127.0.0.1:${ports[kind]}`, `http://[::1]:${ports[kind]}`],
    shown: `http://localhost:${ports[kind]}`,
  }))
  const named = ollamaAddress(ollamaHost)
  if (named === undefined || local.some(({ origins }) => origins.includes(named))) return local
  return [...local, { kind: 'ollama', origins: [named], shown: named }]
}

/**
 * Looks for model servers on this machine, and for Ollama where `OLLAMA_HOST` says. Takes 2 s at most: all are asked at
 * once. A container reaches their base URLs too, for the gateway, which is on this machine, asks there for it.
 */
export function createFindLocal(deps: {
  readonly call: CallUpstream
  readonly env: NodeJS.ProcessEnv
  readonly ports?: LocalPorts
}): FindLocal {
  const look = createLook(deps.call)
  return async () => {
    const found = await Promise.all(
      candidates(deps.ports ?? PORTS, deps.env.OLLAMA_HOST).map(async ({ kind, origins, shown }) => {
        const answers = await Promise.all(origins.map((origin) => RECOGNISE[kind](look, origin)))
        const models = answers.find((answer) => answer !== undefined)
        if (models === undefined) return []
        return [{ kind, name: NAMES[kind], baseUrl: `${shown}/v1`, models }]
      }),
    )
    return found.flat()
  }
}
