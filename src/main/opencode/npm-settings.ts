import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { promisify } from 'node:util'
import { z } from 'zod'

const run = promisify(execFile)

/** What of the user's npm configuration matters for fetching one public package. Never a login. */
export interface NpmSettings {
  readonly registry?: string
  readonly proxy?: string
  readonly httpsProxy?: string
  readonly noProxy?: string
  /** PEM texts. */
  readonly ca?: string[]
  readonly strictSSL?: boolean
}

const text = z.string().min(1).optional().catch(undefined)

const listing = z.object({
  registry: text,
  proxy: text,
  'https-proxy': text,
  noproxy: z
    .union([z.string(), z.array(z.string()).transform((hosts) => hosts.join(','))])
    .optional()
    .catch(undefined),
  ca: z
    .union([z.string().transform((pem) => [pem]), z.array(z.string())])
    .optional()
    .catch(undefined),
  cafile: text,
  'strict-ssl': z.boolean().optional().catch(undefined),
})

/**
 * The certificates of a `cafile`, one PEM text each, as npm itself splits them. A file that cannot be read is left out:
 * the fetch then fails with a certificate error of its own, which says more.
 */
async function certificates(file: string | undefined): Promise<string[]> {
  if (file === undefined) return []
  const content = await readFile(file, 'utf8').catch(() => '')
  return content.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []
}

function present<T extends object>(settings: { [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined)) as T
}

/** Turns the answer of `npm config ls --json` into settings. */
export async function parseNpmSettings(json: string): Promise<NpmSettings> {
  const config = listing.parse(JSON.parse(json))
  const ca = [...(config.ca ?? []), ...(await certificates(config.cafile))]
  return present<NpmSettings>({
    registry: config.registry,
    proxy: config.proxy,
    httpsProxy: config['https-proxy'],
    noProxy: config.noproxy === '' ? undefined : config.noproxy,
    ca: ca.length > 0 ? ca : undefined,
    strictSSL: config['strict-ssl'],
  })
}

/**
 * Asks the user's npm how it reaches its registry (mirror, proxy, company certificates). No npm, or one that fails:
 * npm's own defaults. Run in the home folder, so that no project's `.npmrc` has a say.
 */
export async function readNpmSettings(): Promise<NpmSettings> {
  const windows = process.platform === 'win32'
  try {
    const { stdout } = await run(windows ? 'npm.cmd' : 'npm', ['config', 'ls', '--json'], {
      cwd: homedir(),
      timeout: 20_000,
      maxBuffer: 4 * 1024 * 1024,
      windowsHide: true,
      // A `.cmd` file can only be run by a shell; the arguments are fixed.
      shell: windows,
    })
    return await parseNpmSettings(stdout)
  } catch {
    return {}
  }
}
