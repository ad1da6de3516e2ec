import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Platform } from '../engine/types.ts'
import { systemCode } from '../errors.ts'
import { hostPlatform } from '../runtime/host-platform.ts'
import type { DoctorDeps, Finding } from './doctor.ts'

const RUN_MS = 20_000
const run = promisify(execFile)

/** What the executable says its version is. It gets a home of its own, for it writes to one. */
async function versionOf(file: string): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'berth-doctor-'))
  try {
    const env = { HOME: home, USERPROFILE: home, PATH: process.env.PATH, SystemRoot: process.env.SystemRoot }
    const { stdout } = await run(file, ['--version'], { cwd: home, env, timeout: RUN_MS })
    return stdout.trim()
  } finally {
    await rm(home, { recursive: true, force: true })
  }
}

/** Runs the OpenCode that this machine can execute. */
async function checkHere(file: string, wanted: string): Promise<Finding> {
  const mend = `Delete ${file}; the next start of a project fetches it anew.`
  let version: string
  try {
    version = await versionOf(file)
  } catch (error) {
    const why = systemCode(error) ?? 'it ended with an error'
    return { state: 'failed', detail: `${file} does not run (${why}).`, mend }
  }
  return version === wanted
    ? { state: 'ok', detail: `OpenCode ${version} runs.` }
    : { state: 'failed', detail: `${file} is OpenCode ${version}, and Berth needs ${wanted}.`, mend }
}

/** What containers of the default image execute, where that can be told. */
async function containerPlatform({ engine, image }: DoctorDeps): Promise<Platform | undefined> {
  const name = image()
  const local = await engine.images().catch(() => [])
  return local.some((one) => one.name === name) ? engine.platform(name).catch(() => undefined) : undefined
}

/** Whether OpenCode was fetched, is the version Berth needs, and runs. */
export async function checkOpenCode(deps: DoctorDeps): Promise<Finding> {
  const { binaries } = deps
  const here = await binaries.find(hostPlatform())
  if (here !== undefined) return checkHere(here, binaries.version)
  const inside = await containerPlatform(deps)
  const file = inside === undefined ? undefined : await binaries.find(inside)
  if (file !== undefined) {
    return { state: 'ok', detail: `OpenCode ${binaries.version} for containers is at ${file}.` }
  }
  return {
    state: 'unknown',
    detail: `OpenCode ${binaries.version} was not fetched yet.`,
    mend: 'Start a project: Berth then fetches OpenCode from npm and checks it.',
  }
}
