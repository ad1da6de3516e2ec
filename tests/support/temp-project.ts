import { chown, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** The user test projects belong to where tests run as root. */
export const PROJECT_UID = 1000

export interface TempProject {
  /** The folder. */
  readonly path: string
  remove(): Promise<void>
}

/** A project folder with a README, never root's: owned by uid 1000 when tests run as root, else by who runs them. */
export async function makeTempProject(name = 'demo'): Promise<TempProject> {
  const base = await mkdtemp(join(tmpdir(), 'berth-project-'))
  const folder = join(base, name)
  const readme = join(folder, 'README.md')
  await mkdir(folder, { mode: 0o755 })
  await writeFile(readme, `# ${name}\n\nA folder for a test.\n`)
  if (process.getuid?.() === 0) {
    for (const path of [base, folder, readme]) await chown(path, PROJECT_UID, PROJECT_UID)
  }
  return { path: folder, remove: () => rm(base, { recursive: true, force: true }) }
}
