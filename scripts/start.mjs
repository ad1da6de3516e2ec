// `npm start`: installs and builds what is missing, then opens Berth in a window, or in the browser where Electron is
// not to be had. Only Node's built-ins here.
//   npm start -- --browser     in the browser
//   npm start -- --port 4711   in the browser, on this port
import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { electronBinary, reasonAgainstElectron } from './electron-binary.mjs'
import { ensureBuild, ensureDependencies, localBin, root } from './setup.mjs'

/** What a shell reports for a program that could not be loaded, for example for a missing system library. */
const NOT_RUNNABLE = 127
const LOGIN_ADDRESS = /http:\/\/127\.0\.0\.1:\d+\/login\?token=[\w-]+/

function options() {
  const { values } = parseArgs({ options: { browser: { type: 'boolean' }, port: { type: 'string' } } })
  if (values.port !== undefined && !(/^\d+$/.test(values.port) && Number(values.port) <= 65535)) {
    throw new Error(`--port is a number from 0 to 65535, not "${values.port}".`)
  }
  return { browser: values.browser === true || values.port !== undefined, port: values.port }
}

/**
 * npm runs this through a shell that ends at a signal without passing it on; then nobody is left to stop Berth.
 * @param {() => void} then
 */
function onParentGone(then) {
  if (process.env.npm_lifecycle_event === undefined) return undefined
  const parent = process.ppid
  return setInterval(() => {
    if (process.ppid !== parent) then()
  }, 500)
}

/**
 * Passes signals on to the child and resolves with the exit code to end with.
 * @param {import('node:child_process').ChildProcess} child
 * @returns {Promise<number>}
 */
function lifeOf(child) {
  return new Promise((done, fail) => {
    process.on('SIGTERM', () => child.kill('SIGTERM'))
    process.on('SIGHUP', () => child.kill('SIGHUP'))
    process.on('SIGINT', () => {
      // A terminal sends Ctrl-C to the child itself.
      if (!process.stdin.isTTY) child.kill('SIGINT')
    })
    const watch = onParentGone(() => child.kill('SIGTERM'))
    child.once('exit', () => clearInterval(watch))
    child.once('error', fail)
    child.once('exit', (code, signal) => done(code ?? 128 + (signal ? constants.signals[signal] : 0)))
  })
}

/** Opens an address in the system's browser; where there is none, the address on the terminal does. @param {string} url */
function openBrowser(url) {
  const noDisplay = process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY
  if (process.env.BERTH_NO_OPEN === '1' || noDisplay) return
  const [command, ...args] =
    process.platform === 'darwin'
      ? ['open', url]
      : process.platform === 'win32'
        ? ['rundll32', 'url.dll,FileProtocolHandler', url]
        : ['xdg-open', url]
  const child = spawn(command, args, { stdio: 'ignore', detached: true })
  child.once('error', () => {})
  child.unref()
}

/** @param {string} because why in the browser, as the first half of a sentence @param {string | undefined} port */
function inBrowser(because, port) {
  const args = [join(root, 'out', 'main', 'serve.js'), ...(port === undefined ? [] : ['--port', port])]
  const child = spawn(localBin('node'), args, { cwd: root, stdio: ['inherit', 'pipe', 'inherit'] })
  let opened = false
  createInterface({ input: child.stdout }).on('line', (line) => {
    const url = LOGIN_ADDRESS.exec(line)?.[0]
    if (url === undefined || opened) {
      console.log(line)
      return
    }
    opened = true
    console.log(`${because}: ${url}`)
    openBrowser(url)
  })
  return lifeOf(child)
}

/** @param {string} electron */
function inWindow(electron) {
  return lifeOf(spawn(electron, ['.'], { cwd: root, stdio: 'inherit' }))
}

async function start() {
  const { browser, port } = options()
  await ensureDependencies()
  await ensureBuild()
  if (browser) return inBrowser('Berth opens in the browser', port)
  const reason = reasonAgainstElectron({
    platform: process.platform,
    uid: process.getuid?.(),
    env: process.env,
  })
  if (reason !== undefined) return inBrowser(`${reason}, so Berth opens in the browser`, port)
  const electron = await electronBinary()
  if (electron !== undefined) {
    const code = await inWindow(electron)
    if (code !== NOT_RUNNABLE) return code
  }
  return inBrowser('Electron is not available here, so Berth opens in the browser', port)
}

try {
  process.exitCode = await start()
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
