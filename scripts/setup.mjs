// What `npm start` and `npm test` do on a fresh clone before anything else can run. Only Node's built-ins here.
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('..', import.meta.url))

const windows = process.platform === 'win32'
const NODE_MAJOR = 24
/** Says for which lock file node_modules was installed. */
const installStamp = join(root, 'node_modules', '.berth-installed')
/** Says from which sources out/ was built. */
const buildStamp = join(root, 'out', '.berth-built')
const buildOutputs = [
  'out/main/index.js',
  'out/main/serve.js',
  'out/preload/index.cjs',
  'out/renderer/index.html',
]
const buildInputs = ['src', 'electron.vite.config.ts', 'package.json', 'package-lock.json']

/** @param {string} file @returns {string | undefined} */
function readIfThere(file) {
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : undefined
}

/**
 * The program of a package in node_modules. For `node` it is Node 24, whatever runs this script.
 * @param {string} name
 * @returns {string}
 */
export function localBin(name) {
  if (name === 'node') return nodeBinary()
  return join(root, 'node_modules', '.bin', windows ? `${name}.cmd` : name)
}

/** The Node 24 of the npm package `node`; where that has none, the one that runs this, if it is new enough. */
function nodeBinary() {
  const own = join(root, 'node_modules', 'node', 'bin', windows ? 'node.exe' : 'node')
  const newEnough = Number(process.versions.node.split('.')[0]) >= NODE_MAJOR
  return existsSync(own) || !newEnough ? own : process.execPath
}

/**
 * Runs npm, with the npm that runs this script if one does.
 * @param {string[]} args
 * @returns {number} its exit code
 */
function npm(args) {
  const script = process.env.npm_execpath
  const byNode = script !== undefined && /\.c?js$/.test(script)
  const result = byNode
    ? spawnSync(process.execPath, [script, ...args], { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] })
    : spawnSync('npm', args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], shell: windows })
  return result.status ?? 1
}

/** The hash of the lock file, by which an install is known to be current. */
function lockHash() {
  return createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex')
}

/**
 * Installs the npm packages when there are none or the lock file has changed, and sees to it that Node 24 is there.
 * Throws with what to do when that fails.
 */
export async function ensureDependencies() {
  const wanted = lockHash()
  if (readIfThere(installStamp) !== wanted) {
    console.error('Installing the npm packages of package-lock.json (npm ci); the first time takes a minute.')
    if (npm(['ci', '--no-audit', '--no-fund', '--loglevel=error']) !== 0) {
      throw new Error('npm ci failed; what it printed above says why. Run this again once that is mended.')
    }
    writeFileSync(installStamp, wanted)
  }
  // Where npm runs no install scripts, the package `node` came without its binary.
  if (!existsSync(nodeBinary())) npm(['rebuild', 'node', '--ignore-scripts=false', '--loglevel=error'])
  if (!existsSync(nodeBinary())) {
    throw new Error(
      `Node ${NODE_MAJOR} is missing: npm did not run the install script of the package "node". Run \`npm rebuild node\`, or use Node ${NODE_MAJOR} or newer.`,
    )
  }
}

/** @param {string} path @returns {string[]} the files at or under a path, sorted */
function filesAt(path) {
  const full = join(root, path)
  if (!existsSync(full)) return []
  if (statSync(full).isFile()) return [full]
  return readdirSync(full, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
}

/** A hash over everything the build reads. */
function sourcesHash() {
  const hash = createHash('sha256')
  for (const file of buildInputs.flatMap(filesAt)) {
    hash
      .update(`${relative(root, file)}\0`)
      .update(readFileSync(file))
      .update('\0')
  }
  return hash.digest('hex')
}

/** Builds out/ when it is missing or its sources have changed. Throws with the build's own words when it fails. */
export async function ensureBuild() {
  const wanted = sourcesHash()
  const complete = buildOutputs.every((file) => existsSync(join(root, file)))
  if (complete && readIfThere(buildStamp) === wanted) return
  console.error('Building Berth (a few seconds, when its sources have changed).')
  rmSync(buildStamp, { force: true })
  const { code, output } = await run(nodeBinary(), [
    join(root, 'node_modules', 'electron-vite', 'bin', 'electron-vite.js'),
    'build',
    '--logLevel',
    'warn',
  ])
  if (code !== 0) throw new Error(`The build failed:\n${output}`)
  writeFileSync(buildStamp, wanted)
}

/**
 * Runs a program with its output kept.
 * @param {string} command
 * @param {string[]} args
 * @param {{ timeoutMs?: number }} [options] after which it is ended
 * @returns {Promise<{ code: number | null, output: string }>}
 */
export function run(command, args, options = {}) {
  return new Promise((done, fail) => {
    const child = spawn(command, args, {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(options.timeoutMs === undefined ? {} : { timeout: options.timeoutMs, killSignal: 'SIGKILL' }),
    })
    let output = ''
    child.stdout.on('data', (chunk) => {
      output += chunk
    })
    child.stderr.on('data', (chunk) => {
      output += chunk
    })
    child.once('error', fail)
    child.once('close', (code) => done({ code, output }))
  })
}
