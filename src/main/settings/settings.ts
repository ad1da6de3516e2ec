import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import PQueue from 'p-queue'
import { z } from 'zod'
import { egressPolicy } from '../../preload/egress-policy.ts'
import { BerthError, systemCode } from '../errors.ts'
import { writeAtomic, writeFailure } from '../files/atomic-file.ts'
import { overPool, type PoolSettings, poolSettings, poolVariables } from './pool-settings.ts'

const hostMap = z.record(z.string(), z.string().regex(/^\S+:\d+$/, 'an address is host:port'))

const schema = z
  .object({
    /** The gateway's port; containers carry it in their environment, so it is kept. 0 until one was chosen. */
    gatewayPort: z.number().int().min(0).max(65_535).default(0),
    /** Where the browser surface was last served, so that open pages find it again. 0 until then. */
    browserPort: z.number().int().min(0).max(65_535).default(0),
    /** Puts `host:port` in a host's place, for company networks and tests. */
    hostMap: hostMap.default({}),
    /** A PEM file with certificate authorities to trust besides the built-in ones. */
    extraCaFile: z.string().optional(),
    /** Where the Docker engine is: a socket path, `unix://`, `tcp://` or `npipe://`. Absent: looked for. */
    engineAddress: z.string().optional(),
    /** The image new projects start from. */
    defaultImage: z.string().default('debian:bookworm-slim'),
    /** Minutes without use after which the vault locks itself; 0 for never. */
    vaultLockMinutes: z.number().min(0).max(10_080).default(0),
    /** Whether the vault locks itself when the computer goes to sleep. */
    vaultLockOnSleep: z.boolean().default(false),
    /** Whether nothing is said when another account takes over. */
    muteSwitches: z.boolean().default(false),
    /** Where a project may go whose user chose nothing. */
    newProjectEgress: egressPolicy.default('open'),
    /** How pools judge accounts; what is absent takes the default. */
    pool: poolSettings.default({}),
  })
  .strict()
export type Settings = z.infer<typeof schema>

/** What to change, or what makes it out of the settings as they are stored, without what the environment says. */
export type SettingsChange = Partial<Settings> | ((stored: Settings) => Partial<Settings>)

export interface SettingsStore {
  get(): Settings
  /** The numbers of pools that the environment says. They win, as long as Berth runs. */
  readonly poolVariables: PoolSettings
  /** Changes the given settings and keeps them; returns once they are on the disk. Throws when they cannot be written. */
  update(change: SettingsChange): Promise<Settings>
}

function parseJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new BerthError('bad_request', `${name} is not valid JSON. Mend it or unset it.`, { cause })
  }
}

/** Environment variables that win over the file. They are not written back. */
function fromEnvironment(env: NodeJS.ProcessEnv): Record<string, unknown> {
  return {
    ...(env.BERTH_HOST_MAP ? { hostMap: parseJson(env.BERTH_HOST_MAP, 'BERTH_HOST_MAP') } : {}),
    ...(env.BERTH_EXTRA_CA ? { extraCaFile: env.BERTH_EXTRA_CA } : {}),
    ...(env.BERTH_ENGINE ? { engineAddress: env.BERTH_ENGINE } : {}),
    ...(env.BERTH_GATEWAY_PORT ? { gatewayPort: Number(env.BERTH_GATEWAY_PORT) } : {}),
    ...(env.BERTH_DEFAULT_IMAGE ? { defaultImage: env.BERTH_DEFAULT_IMAGE } : {}),
  }
}

function readFile(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return {}
    throw new BerthError(
      'bad_request',
      `The settings file ${file} cannot be read. Mend it or move it away.`,
      {
        cause: error,
      },
    )
  }
}

function parse(value: unknown, file: string): Settings {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  throw new BerthError(
    'bad_request',
    `The settings in ${file} are not valid: ${z.prettifyError(result.error)}`,
  )
}

/** Opens `settings.json` in `dataDir`. An unreadable or invalid file is an error and is left as it is. */
export function openSettings(dataDir: string, env: NodeJS.ProcessEnv = process.env): SettingsStore {
  const file = join(dataDir, 'settings.json')
  let stored = parse(readFile(file), file)
  const variables = poolVariables(env)
  const overrides = fromEnvironment(env)
  const inForce = (): Settings =>
    parse({ ...stored, ...overrides, pool: overPool(stored.pool, variables) }, file)
  // One after another, so that none writes over what another has just changed.
  const queue = new PQueue({ concurrency: 1 })

  async function update(change: SettingsChange): Promise<Settings> {
    const next = parse({ ...stored, ...(typeof change === 'function' ? change(stored) : change) }, file)
    try {
      await writeAtomic(file, `${JSON.stringify(next, null, 2)}\n`)
    } catch (error) {
      throw writeFailure('The settings file', file, error)
    }
    stored = next
    return inForce()
  }

  return {
    get: inForce,
    poolVariables: variables,
    update: (change) => queue.add(() => update(change)),
  }
}
