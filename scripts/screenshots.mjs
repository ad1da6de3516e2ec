// `npm run screenshots`: builds Berth, runs it with real containers and a scripted model, and writes the pictures in
// docs/screenshots. `npm run screenshots -- --out folder` writes them elsewhere.
import { spawn } from 'node:child_process'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { ensureBaseImage, ensureEngine } from '../tests/support/docker.mjs'
import { keyringCommand } from '../tests/support/keyring.mjs'
import { ensureBuild, ensureDependencies, localBin, root } from './setup.mjs'
import { ensureSystemTools } from './system-tools.mjs'

const { values } = parseArgs({ options: { out: { type: 'string', default: 'docs/screenshots' } } })

/** @returns {Promise<number>} the exit code of the run */
function takePictures() {
  const config = ['--config', 'tests/e2e/screenshots.config.ts']
  const [command, ...args] = keyringCommand([localBin('node'), localBin('playwright'), 'test', ...config])
  const child = spawn(String(command), args, {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, BERTH_SCREENSHOTS: resolve(root, values.out) },
  })
  return new Promise((done, fail) => {
    child.once('error', fail)
    child.once('exit', (code) => done(code ?? 1))
  })
}

try {
  await ensureDependencies()
  ensureSystemTools()
  await ensureBuild()
  const stop = await ensureEngine()
  try {
    await ensureBaseImage()
    process.exitCode = await takePictures()
  } finally {
    await stop()
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
