// `npm test`: sets up what is missing, runs every check and test, and prints one summary. Only Node's built-ins here:
// on a fresh clone nothing else is there yet. `npm test -- --only unit,integration` runs some parts and says so.
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { ensureBaseImage, ensureEngine } from '../tests/support/docker.mjs'
import { keyringCommand } from '../tests/support/keyring.mjs'
import { ensureDependencies, localBin } from './setup.mjs'
import { ensureSystemTools } from './system-tools.mjs'

const root = resolve(import.meta.dirname, '..')
const reports = mkdtempSync(join(tmpdir(), 'berth-reports-'))

/**
 * @typedef {{ passed: number, failed: number, skipped: number }} Counts
 * @typedef {{ name: string, run: () => Promise<Counts> }} Part
 * @typedef {Counts & { name: string, seconds: number, problem?: string }} Result
 */

/**
 * Runs a command in the project's folder with its output shown. Resolves with its exit code.
 * @param {string[]} argv
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {Promise<number>}
 */
function run(argv, env = {}) {
  return new Promise((done, fail) => {
    const [command, ...args] = argv
    const child = spawn(String(command), args, {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, FORCE_COLOR: '0', ...env },
    })
    child.once('error', fail)
    child.once('exit', (code) => done(code ?? 1))
  })
}

/** A check that passes or fails as a whole. @param {string[][]} commands @returns {Promise<Counts>} */
async function check(commands) {
  const codes = []
  for (const argv of commands) codes.push(await run(argv))
  const failed = codes.filter((code) => code !== 0).length
  return { passed: codes.length - failed, failed, skipped: 0 }
}

/** @param {string} file @returns {any} */
const readReport = (file) => JSON.parse(readFileSync(file, 'utf8'))

/** @param {string} project @param {(argv: string[]) => string[]} wrap @returns {Promise<Counts>} */
async function vitest(project, wrap = (argv) => argv) {
  const file = join(reports, `${project}.json`)
  const argv = [localBin('node'), localBin('vitest'), 'run', '--project', project, '--reporter=default']
  const code = await run(wrap([...argv, '--reporter=json', `--outputFile.json=${file}`]))
  const report = readReport(file)
  const failed = report.numFailedTests + (code !== 0 && report.numFailedTests === 0 ? 1 : 0)
  return { passed: report.numPassedTests, failed, skipped: report.numPendingTests + report.numTodoTests }
}

/** @returns {Promise<Counts>} */
async function playwright() {
  const file = join(reports, 'browser.json')
  const argv = [localBin('node'), localBin('playwright'), 'test', '--reporter=list,json']
  const code = await run(keyringCommand(argv), { PLAYWRIGHT_JSON_OUTPUT_NAME: file })
  const { expected, unexpected, flaky, skipped } = readReport(file).stats
  const failed = unexpected + flaky
  return { passed: expected, failed: failed + (code !== 0 && failed === 0 ? 1 : 0), skipped }
}

/** @type {Part[]} */
const parts = [
  {
    name: 'types',
    run: () =>
      check([
        [localBin('tsc'), '-p', 'tsconfig.node.json'],
        [localBin('tsc'), '-p', 'tsconfig.web.json'],
      ]),
  },
  { name: 'lint and format', run: () => check([[localBin('biome'), 'ci', '.']]) },
  {
    name: 'build',
    run: () => check([[localBin('node'), localBin('electron-vite'), 'build', '--logLevel', 'warn']]),
  },
  { name: 'unit', run: () => vitest('unit') },
  { name: 'integration', run: () => vitest('integration', keyringCommand) },
  { name: 'browser', run: playwright },
  { name: 'smoke', run: () => check([[localBin('node'), 'scripts/smoke.ts', '--json']]) },
]
const NEEDS_THE_WORLD = ['integration', 'browser', 'smoke']

/** @param {Part} part @returns {Promise<Result>} */
async function runPart(part) {
  console.log(`\n── ${part.name}`)
  const start = performance.now()
  const seconds = () => (performance.now() - start) / 1000
  try {
    const counts = await part.run()
    return { ...counts, name: part.name, seconds: seconds() }
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error)
    console.error(problem)
    return { passed: 0, failed: 1, skipped: 0, name: part.name, seconds: seconds(), problem }
  }
}

/** @param {Result[]} results @param {string[]} left */
function summary(results, left) {
  console.log('\n── summary')
  for (const { name, passed, failed, skipped, seconds } of results) {
    const more = skipped > 0 ? `, ${skipped} skipped` : ''
    const mark = failed === 0 && skipped === 0 ? 'ok  ' : 'FAIL'
    console.log(
      `${mark} ${name.padEnd(16)} ${passed} passed, ${failed} failed${more}  (${seconds.toFixed(1)} s)`,
    )
  }
  for (const name of left) console.log(`--   ${name.padEnd(16)} not run`)
  const total = (/** @type {keyof Counts} */ key) => results.reduce((sum, result) => sum + result[key], 0)
  // A skipped test proves nothing, so it counts as failed.
  const failed = total('failed') + total('skipped')
  console.log(`\n${total('passed')} passed, ${failed} failed`)
  return failed === 0 && results.some((result) => result.passed > 0)
}

/** Makes the outside world the later parts need. @returns {Promise<() => Promise<void>>} what ends it again */
async function makeWorld() {
  ensureSystemTools()
  const stop = await ensureEngine()
  await ensureBaseImage()
  return stop
}

const { values } = parseArgs({ options: { only: { type: 'string' } } })
const wanted = values.only?.split(',').map((name) => name.trim())
const unknown = wanted?.filter((name) => !parts.some((part) => part.name === name)) ?? []
if (unknown.length > 0) {
  console.error(`There is no part ${unknown.join(', ')}. Parts: ${parts.map((part) => part.name).join(', ')}`)
  process.exit(2)
}
const chosen = parts.filter((part) => wanted?.includes(part.name) ?? true)
const left = parts.filter((part) => !chosen.includes(part)).map((part) => part.name)

await ensureDependencies()
let stopWorld = async () => {}
/** @type {Result[]} */
const results = []
for (const part of chosen) {
  if (NEEDS_THE_WORLD.includes(part.name) && !results.some((result) => result.name === 'set-up')) {
    results.push(
      await runPart({
        name: 'set-up',
        run: async () => {
          stopWorld = await makeWorld()
          return { passed: 0, failed: 0, skipped: 0 }
        },
      }),
    )
  }
  results.push(await runPart(part))
}
await stopWorld()
const good = summary(results, left)
rmSync(reports, { recursive: true, force: true })
process.exit(good ? 0 : 1)
