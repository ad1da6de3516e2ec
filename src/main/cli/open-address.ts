import { spawn } from 'node:child_process'

/** The program that opens an address in the system's browser, with its arguments. */
function opener(url: string): readonly [string, ...string[]] {
  if (process.platform === 'darwin') return ['open', url]
  if (process.platform === 'win32') return ['rundll32', 'url.dll,FileProtocolHandler', url]
  return ['xdg-open', url]
}

/** Opens an address in the system's browser; where there is none, the address that is printed does. */
export function openAddress(url: string, env: NodeJS.ProcessEnv): void {
  const noDisplay = process.platform === 'linux' && !env.DISPLAY && !env.WAYLAND_DISPLAY
  if (env.BERTH_NO_OPEN === '1' || noDisplay) return
  const [command, ...args] = opener(url)
  const child = spawn(command, args, { stdio: 'ignore', detached: true })
  child.once('error', () => {})
  child.unref()
}
