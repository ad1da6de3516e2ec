/**
 * A path as seen from the project's folder, where OpenCode runs. OpenCode itself names files from the git root, which is `/` in
 * a folder without git, and then leaves the first slash out.
 */
export function fromFolder(path: string, directory: string): string {
  const slashed = path.replaceAll('\\', '/')
  const folder = directory.replaceAll('\\', '/').replace(/\/$/, '')
  for (const start of [`${folder}/`, `${folder.replace(/^\//, '')}/`]) {
    if (start !== '/' && slashed.startsWith(start)) return slashed.slice(start.length)
  }
  return path
}
