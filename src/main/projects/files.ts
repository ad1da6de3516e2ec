import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { writeAtomic } from '../files/atomic-file.ts'

/** The folder of a project's own files, beside the database. */
export function projectDir(dataDir: string, projectId: string): string {
  return join(dataDir, 'projects', projectId)
}

/** Ports, by the names that stand in `.env`. Nothing else ever goes into that file. */
export interface Ports {
  readonly gateway: number
  /** Where OpenCode is reached on this machine; not known before the start. */
  readonly server?: number
}

/** Writes `.env`. The whole file or nothing. */
export async function writeEnv(dir: string, { gateway, server }: Ports): Promise<void> {
  const lines = [
    `BERTH_GATEWAY_PORT=${gateway}`,
    ...(server === undefined ? [] : [`OPENCODE_PORT=${server}`]),
  ]
  await writeAtomic(join(dir, '.env'), `${lines.join('\n')}\n`)
}

/** Makes the project's folder with its `.env` and OpenCode's config. Doing it again renews them. */
export async function writeProjectFiles(dir: string, ports: Ports, config: string): Promise<void> {
  await mkdir(dir, { recursive: true, mode: 0o700 })
  await writeEnv(dir, ports)
  await writeAtomic(join(dir, 'opencode.json'), config)
}

export async function removeProjectFiles(dir: string): Promise<void> {
  await rm(dir, { recursive: true, force: true })
}
