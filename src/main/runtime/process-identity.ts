import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { systemCode } from '../errors.ts'

/** A process as the system knows it. `identity` stays the same for its life and is no other process's. */
export interface ProcessFacts {
  readonly identity: string
  /** False for one that ended and only waits to be noticed by its parent. */
  readonly running: boolean
}

/** proc(5): the fields after the name, which is in brackets and may hold anything; the 22nd is the start time. */
function linuxFacts(pid: number): ProcessFacts | undefined {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
  return { identity: `${boot}:${fields[19]}`, running: fields[0] !== 'Z' && fields[0] !== 'X' }
}

function macFacts(pid: number): ProcessFacts | undefined {
  const env = { ...process.env, LC_ALL: 'C' }
  const text = execFileSync('/bin/ps', ['-o', 'stat=,lstart=', '-p', String(pid)], { encoding: 'utf8', env })
  const [, status, started] = /^\s*(\S+)\s+(.+?)\s*$/m.exec(text) ?? []
  if (status === undefined || started === undefined) return undefined
  return { identity: started, running: !status.startsWith('Z') }
}

function windowsFacts(pid: number): ProcessFacts | undefined {
  const command = `(Get-Process -Id ${pid} -ErrorAction Stop).StartTime.ToFileTimeUtc()`
  const text = execFileSync('powershell.exe', ['-NoProfile', '-Command', command], {
    encoding: 'utf8',
    windowsHide: true,
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  return { identity: text.trim(), running: true }
}

/** What the system says of a process; undefined when there is none by that number. */
export function factsOf(pid: number): ProcessFacts | undefined {
  try {
    if (process.platform === 'linux') return linuxFacts(pid)
    return process.platform === 'win32' ? windowsFacts(pid) : macFacts(pid)
  } catch {
    return undefined
  }
}

/** How long to wait between two looks, in milliseconds: only Linux tells without starting a program. */
export const LOOK_EVERY_MS = { linux: 50, win32: 1_000 }[process.platform as string] ?? 150

/** True while the very process runs that had this number and identity. */
export function isRunning(pid: number, identity: string): boolean {
  const facts = factsOf(pid)
  return facts?.identity === identity && facts.running
}

/** Sends a signal to a process and all it started; one that is gone is as good. */
export function signalGroup(pid: number, signal: 'SIGTERM' | 'SIGKILL'): void {
  try {
    if (process.platform === 'win32') {
      execFileSync('taskkill', ['/pid', String(pid), '/T', '/F'], { windowsHide: true, stdio: 'ignore' })
    } else {
      process.kill(-pid, signal)
    }
  } catch (error) {
    if (process.platform !== 'win32' && systemCode(error) !== 'ESRCH') throw error
  }
}
