import { chmod, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { systemCode } from '../errors.ts'

async function makeWritable(folder: string): Promise<void> {
  await chmod(folder, 0o700)
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) await makeWritable(join(folder, entry.name))
  }
}

/** Removes a folder and all in it, also what tools have made read-only (Go's module cache is). Absent is as good. */
export async function removeFolder(folder: string): Promise<void> {
  try {
    await rm(folder, { recursive: true, force: true })
  } catch (error) {
    if (systemCode(error) !== 'EACCES' && systemCode(error) !== 'EPERM') throw error
    await makeWritable(folder)
    await rm(folder, { recursive: true, force: true })
  }
}
