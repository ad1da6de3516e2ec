/**
 * Pins the hash of every package that holds an OpenCode executable: asks the registry npm is set to for the version
 * Berth runs and writes `resources/opencode-integrity.json`. Run it after changing `OPENCODE_VERSION`:
 * `node scripts/opencode-integrity.ts`. A package without a pinned hash is never fetched.
 */
import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { z } from 'zod'
import { OPENCODE_VERSION } from '../src/main/opencode/types.ts'

const run = promisify(execFile)

async function view(spec: string, field: string): Promise<unknown> {
  const windows = process.platform === 'win32'
  const { stdout } = await run(windows ? 'npm.cmd' : 'npm', ['view', spec, field, '--json'], {
    shell: windows,
  })
  return JSON.parse(stdout)
}

const platformPackages = z
  .record(z.string(), z.string())
  .parse(await view(`opencode-ai@${OPENCODE_VERSION}`, 'optionalDependencies'))

/** Undefined when this registry does not have it. Any other failure is thrown. */
async function hashOf(name: string): Promise<string | undefined> {
  try {
    return z
      .string()
      .startsWith('sha512-')
      .parse(await view(`${name}@${OPENCODE_VERSION}`, 'dist.integrity'))
  } catch (error) {
    const told = error instanceof Error && 'stdout' in error ? String(error.stdout) : ''
    if (told.includes('"E404"')) return undefined
    throw error
  }
}

const packages: Record<string, string> = {}
const missing: string[] = []
for (const name of Object.keys(platformPackages).sort()) {
  const hash = await hashOf(name)
  if (hash === undefined) missing.push(name)
  else packages[name] = hash
}

const file = new URL('../resources/opencode-integrity.json', import.meta.url)
await writeFile(file, `${JSON.stringify({ version: OPENCODE_VERSION, packages }, null, 2)}\n`)
console.log(`${Object.keys(packages).length} packages of OpenCode ${OPENCODE_VERSION} pinned`)
if (missing.length > 0) {
  console.error(`not in this registry, so not pinned and not usable: ${missing.join(', ')}`)
  process.exitCode = 1
}
