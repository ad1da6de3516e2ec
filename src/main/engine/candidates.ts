import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { type Endpoint, parseAddress } from './address.ts'

export interface Places {
  /** The address from the settings. */
  readonly address: string | undefined
  readonly env: Readonly<Record<string, string | undefined>>
  readonly home: string
  readonly platform: NodeJS.Platform
}

const dockerConfig = z.object({ currentContext: z.string().optional() })
const contextMeta = z.object({
  Endpoints: z.object({ docker: z.object({ Host: z.string().optional() }).optional() }),
})

async function readJson(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'))
  } catch {
    // Docker's settings belong to Docker: absent or damaged, they only mean that nothing is learnt from them.
    return undefined
  }
}

/**
 * The address of Docker's current context. A context's folder is named by the SHA-256 of its name
 * (github.com/docker/cli, cli/context/store/metadatastore.go).
 */
async function contextAddress({ env, home }: Places): Promise<string | undefined> {
  const folder = env.DOCKER_CONFIG ?? join(home, '.docker')
  const config = dockerConfig.safeParse(await readJson(join(folder, 'config.json')))
  const name = env.DOCKER_CONTEXT ?? config.data?.currentContext
  if (name === undefined || name === '' || name === 'default') return undefined
  const id = createHash('sha256').update(name).digest('hex')
  const meta = contextMeta.safeParse(await readJson(join(folder, 'contexts', 'meta', id, 'meta.json')))
  return meta.data?.Endpoints.docker?.Host
}

/** Where engines put their sockets when nothing says otherwise. */
function usualAddresses({ env, home, platform }: Places): string[] {
  if (platform === 'win32') {
    return ['npipe:////./pipe/docker_engine', 'npipe:////./pipe/podman-machine-default']
  }
  const runtimeDir = env.XDG_RUNTIME_DIR
  return [
    '/var/run/docker.sock',
    join(home, '.docker/run/docker.sock'),
    join(home, '.docker/desktop/docker.sock'),
    join(home, '.colima/default/docker.sock'),
    join(home, '.orbstack/run/docker.sock'),
    ...(runtimeDir ? [join(runtimeDir, 'docker.sock'), join(runtimeDir, 'podman/podman.sock')] : []),
    '/run/podman/podman.sock',
    join(home, '.local/share/containers/podman/machine/podman.sock'),
  ]
}

/**
 * The places to look for an engine, best first. A place the user named (the settings, or `DOCKER_HOST`) is the only
 * one: falling back from it would put a project's container on an engine the user did not choose.
 */
export async function candidates(places: Places): Promise<Endpoint[]> {
  const named = places.address ?? (places.env.DOCKER_HOST || undefined)
  if (named !== undefined) return [parseAddress(named)]
  const context = await contextAddress(places)
  const all = [...(context === undefined ? [] : [context]), ...usualAddresses(places)].map(parseAddress)
  return all.filter((endpoint, index) => all.findIndex((e) => e.address === endpoint.address) === index)
}
