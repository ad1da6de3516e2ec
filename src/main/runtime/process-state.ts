import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { BerthError, systemCode } from '../errors.ts'
import { writeAtomicSync } from '../files/atomic-file.ts'
import type { Log } from '../log/log.ts'

/** What is kept of a project's server, so that a Berth that was killed finds it again. */
const serverRecord = z.object({
  pid: z.number().int().positive(),
  /** See `process-identity.ts`: a number alone may be another process's by now. */
  identity: z.string(),
  /** Unknown until the server said it. */
  port: z.number().int().optional(),
  /** A hash of what it was started with. */
  hash: z.string(),
  /** Berth ended it, or began to. */
  stopped: z.boolean(),
  /** Known only when Berth was there to see it. */
  exitCode: z.number().int().nullable().optional(),
})
export type ServerRecord = z.infer<typeof serverRecord>

/** The files of one project's server. */
export interface ServerFiles {
  readonly folder: string
  readonly home: string
  readonly record: string
  readonly log: string
  readonly config: string
  readonly ca: string
}

/** Throws `bad_request` for an id that is none, before it becomes part of a path. */
export function serverFiles(dataDir: string, projectId: string): ServerFiles {
  if (!/^[a-z0-9]{1,32}$/.test(projectId)) {
    throw new BerthError('bad_request', `"${projectId}" is not a project's id.`)
  }
  const folder = join(dataDir, 'runtimes', projectId)
  return {
    folder,
    home: join(folder, 'home'),
    record: join(folder, 'server.json'),
    log: join(folder, 'server.log'),
    config: join(folder, 'opencode.json'),
    ca: join(folder, 'ca.pem'),
  }
}

/** The record; undefined when there is none, or none that can be read, which then says nothing about a process. */
export function readRecord(files: ServerFiles, log: Log): ServerRecord | undefined {
  try {
    return serverRecord.parse(JSON.parse(readFileSync(files.record, 'utf8')))
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') log.warn({ err: error, file: files.record }, 'unreadable record')
    return undefined
  }
}

/** Written at once and whole, so that no crash leaves half of it. */
export function writeRecord(files: ServerFiles, record: ServerRecord): void {
  writeAtomicSync(files.record, `${JSON.stringify(record)}\n`)
}

/** Writes what the server reads, in folders only the user can enter. */
export function writeServerFiles(files: ServerFiles, content: { config: string; ca: string }): void {
  mkdirSync(files.home, { recursive: true, mode: 0o700 })
  writeAtomicSync(files.config, content.config)
  writeAtomicSync(files.ca, content.ca)
}
