import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'

/**
 * What Berth is measured beside. Some 250 packages that nothing else here needs, so they are no dependencies: they are
 * fetched when the bench runs for the first time, at these versions, and their install scripts are not run.
 */
const PACKAGES = { '@portkey-ai/gateway': '1.15.2', mockttp: '4.6.5' }

/** The folder that has them in its `node_modules`. */
export function fetchPackages(): string {
  const names = Object.entries(PACKAGES).map(([name, version]) => `${name}@${version}`)
  const folder = resolve(
    import.meta.dirname,
    '../../node_modules/.cache/bench-gateway',
    names.join('+').replaceAll(/[^\w.+-]/g, '_'),
  )
  const done = Object.keys(PACKAGES).every((name) => existsSync(join(folder, 'node_modules', name)))
  if (done) return folder
  console.log(`Fetching ${names.join(' and ')} for comparison …`)
  mkdirSync(folder, { recursive: true })
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'
  const options = ['--no-audit', '--no-fund', '--ignore-scripts', '--loglevel', 'error', '--prefix', folder]
  execFileSync(npm, ['install', ...options, ...names], {
    stdio: ['ignore', 'ignore', 'inherit'],
    timeout: 300_000,
    shell: process.platform === 'win32',
  })
  return folder
}
