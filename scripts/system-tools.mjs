// What the tests need of the system besides npm packages. Only Node's built-ins here.
import { spawnSync } from 'node:child_process'
import { accessSync, constants, existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** Commands the tests run, each with the Debian package that has it. */
const tools = [
  { command: 'chromium', package: 'chromium' },
  { command: 'gnome-keyring-daemon', package: 'gnome-keyring' },
  { command: 'dbus-run-session', package: 'dbus' },
  { command: 'dbus-launch', package: 'dbus-x11' },
  { command: 'dockerd', package: 'docker.io' },
  { command: 'debootstrap', package: 'debootstrap' },
  { command: 'iptables', package: 'iptables' },
  { command: 'age', package: 'age' },
  { command: 'script', package: 'bsdutils' },
  { command: 'zsh', package: 'zsh' },
  { command: 'fish', package: 'fish' },
]

/** @param {string} command */
function onPath(command) {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin']
  return folders.some((folder) => {
    try {
      accessSync(join(folder, command), constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}

/** @param {string[]} argv */
function apt(argv) {
  const result = spawnSync('apt-get', ['-y', '-qq', ...argv], {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  })
  if (result.status !== 0) throw new Error(`apt-get ${argv.join(' ')} failed; what it printed above says why`)
}

/**
 * Installs the missing tools (Debian as root), or throws an error that names each. On macOS and Windows the system has
 * a keychain of its own, and Docker and a browser are the user's to install.
 */
export function ensureSystemTools() {
  if (process.platform !== 'linux') return
  const missing = tools.filter((tool) => !onPath(tool.command))
  if (missing.length === 0) return
  const packages = missing.map((tool) => tool.package)
  if (!existsSync('/usr/bin/apt-get') || process.getuid?.() !== 0) {
    throw new Error(
      `The tests need ${missing.map((tool) => tool.command).join(', ')}. On Debian, as root: apt-get install ${packages.join(' ')}`,
    )
  }
  console.log(`Installing ${packages.join(', ')}`)
  apt(['update'])
  apt(['install', '--no-install-recommends', ...packages])
}
