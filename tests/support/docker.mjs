// The real Docker engine that integration tests need, and an image to run, made without any image registry. Only Node's
// built-ins here: `npm test` runs this before the project's dependencies are there.
import { execFile, spawn } from 'node:child_process'
import { createReadStream, existsSync, openSync, statSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises'
import { request } from 'node:http'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** A bare Debian with nothing but its base packages. */
export const BASE_IMAGE = 'berth-test-base:bookworm'
const SUITE = 'bookworm'
const ENGINE_DEADLINE_MS = 30_000

/** Where things that are slow to make stay between runs. */
const defaultCache = () => join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'berth-tests')

/** The socket of the engine under test. */
export function engineSocket() {
  const host = process.env.DOCKER_HOST ?? ''
  return host.startsWith('unix://') ? host.slice('unix://'.length) : '/var/run/docker.sock'
}

/**
 * One request to the engine's HTTP interface.
 * @param {string} method
 * @param {string} path
 * @param {import('node:stream').Readable} [body]
 * @param {'x-tar' | 'json'} [kind] of the body
 * @returns {Promise<{ status: number, text: string }>}
 */
export function engineRequest(method, path, body, kind = 'x-tar') {
  return new Promise((done, fail) => {
    const headers = body === undefined ? {} : { 'content-type': `application/${kind}` }
    const outgoing = request(
      { socketPath: engineSocket(), method, path, headers, agent: false },
      (answer) => {
        let text = ''
        answer.setEncoding('utf8')
        answer.on('data', (chunk) => {
          text += chunk
        })
        answer.once('error', fail)
        answer.once('end', () => done({ status: answer.statusCode ?? 0, text }))
      },
    )
    outgoing.once('error', fail)
    if (body === undefined) outgoing.end()
    else body.once('error', (error) => outgoing.destroy(error)).pipe(outgoing)
  })
}

/** @returns {Promise<boolean>} */
async function engineAnswers() {
  return engineRequest('GET', '/_ping').then(
    (answer) => answer.status === 200,
    () => false,
  )
}

/** @param {() => Promise<boolean>} holds @param {number} deadlineMs */
async function waitUntil(holds, deadlineMs) {
  const end = Date.now() + deadlineMs
  while (!(await holds())) {
    if (Date.now() > end) return false
    await new Promise((next) => setTimeout(next, 200))
  }
  return true
}

/** @param {import('node:child_process').ChildProcess} daemon */
async function stopDaemon(daemon) {
  if (daemon.exitCode !== null || daemon.signalCode !== null) return
  const ended = new Promise((done) => daemon.once('exit', done))
  daemon.kill('SIGTERM')
  const late = setTimeout(() => daemon.kill('SIGKILL'), 15_000)
  await ended
  clearTimeout(late)
}

/**
 * Makes sure an engine answers: one that runs already is used as it is; otherwise `dockerd` is started where it is
 * installed and may be started.
 * @returns {Promise<() => Promise<void>>} ends the engine again if it was started here
 */
export async function ensureEngine() {
  if (await engineAnswers()) return async () => {}
  if (process.getuid?.() !== 0) {
    throw new Error(`No Docker engine answers at ${engineSocket()}. Start Docker and run the tests again.`)
  }
  const logFile = join(await mkdtemp(join(tmpdir(), 'berth-dockerd-')), 'dockerd.log')
  const log = openSync(logFile, 'a')
  const daemon = spawn('dockerd', ['--host', `unix://${engineSocket()}`], { stdio: ['ignore', log, log] })
  /** @type {Error | undefined} */
  let failure
  daemon.once('error', (error) => {
    failure = error
  })
  const settled = () => failure !== undefined || daemon.exitCode !== null
  await waitUntil(async () => settled() || (await engineAnswers()), ENGINE_DEADLINE_MS)
  if (settled() || !(await engineAnswers())) {
    await (failure === undefined ? stopDaemon(daemon) : undefined)
    const end = (await readFile(logFile, 'utf8')).split('\n').slice(-15).join('\n')
    throw new Error(`dockerd did not start (${failure?.message ?? `log: ${logFile}`}).\n${end}`)
  }
  return async () => {
    await stopDaemon(daemon)
    await rm(join(logFile, '..'), { recursive: true, force: true })
  }
}

/**
 * The archive this machine's own packages come from, with apt's own proxy.
 * @returns {Promise<{ mirror: string, env: NodeJS.ProcessEnv }>}
 */
async function packageSource() {
  const targets = await run('apt-get', [
    'indextargets',
    '--format',
    '$(REPO_URI) $(CODENAME) $(COMPONENT)',
    'Created-By: Packages',
  ])
  const lines = targets.stdout.split('\n').map((line) => line.split(' '))
  const mirror = lines.find(([, suite, component]) => suite === SUITE && component === 'main')?.[0]
  if (mirror === undefined) {
    throw new Error(`apt has no source for Debian ${SUITE}, so a test image can't be made here.`)
  }
  const config = await run('apt-config', ['shell', 'PROXY', 'Acquire::http::Proxy'])
  const proxy = /^PROXY='(.+)'$/m.exec(config.stdout)?.[1]
  const env = proxy === undefined || proxy === 'DIRECT' ? {} : { http_proxy: proxy, https_proxy: proxy }
  return { mirror, env: { ...process.env, ...env } }
}

/** Makes the image's file system with debootstrap, as a tar file. @param {string} tarFile */
async function buildBaseTar(tarFile) {
  const { mirror, env } = await packageSource()
  await mkdir(join(tarFile, '..'), { recursive: true })
  const work = await mkdtemp(join(tarFile, '..', 'build-'))
  try {
    const root = join(work, 'root')
    const options = { env, maxBuffer: 64 * 1024 * 1024 }
    await run('debootstrap', ['--variant=minbase', SUITE, root, mirror], options)
    const fresh = join(work, 'image.tar')
    await run('tar', [
      '--numeric-owner',
      '--exclude=./var/cache/apt/archives/*.deb',
      '--exclude=./var/lib/apt/lists/*_*',
      '--exclude=./dev/*',
      '-C',
      root,
      '-cf',
      fresh,
      '.',
    ])
    await rename(fresh, tarFile)
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

/**
 * Makes sure `BASE_IMAGE` is in the engine. The first time takes about a minute; its tar file is kept for later.
 * @param {{ cacheDir?: string }} [options]
 * @returns {Promise<string>} the image's name
 */
export async function ensureBaseImage({ cacheDir = defaultCache() } = {}) {
  const present = await engineRequest('GET', `/images/${BASE_IMAGE}/json`)
  if (present.status === 200) return BASE_IMAGE
  const tarFile = join(cacheDir, 'base-image.tar')
  if (!existsSync(tarFile) || statSync(tarFile).size === 0) await buildBaseTar(tarFile)
  const [repo, tag] = BASE_IMAGE.split(':')
  const change = encodeURIComponent('CMD ["/bin/sh"]')
  const path = `/images/create?fromSrc=-&repo=${repo}&tag=${tag}&changes=${change}`
  const answer = await engineRequest('POST', path, createReadStream(tarFile))
  if (answer.status !== 200 || answer.text.includes('"error"')) {
    throw new Error(`The test image could not be imported: ${answer.text}`)
  }
  return BASE_IMAGE
}
