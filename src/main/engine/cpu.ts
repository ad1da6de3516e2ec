import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

function flags(): string {
  try {
    if (process.platform === 'linux') return readFileSync('/proc/cpuinfo', 'utf8')
    if (process.platform === 'darwin') {
      return execFileSync('/usr/sbin/sysctl', ['-n', 'machdep.cpu.leaf7_features'], { encoding: 'utf8' })
    }
  } catch {
    // Not to be learnt: the answer is then no, and the slower build that runs everywhere is taken.
  }
  return ''
}

/** True when this machine's CPU is known to have AVX2, without which OpenCode's usual x64 builds don't run. */
export function hostHasAvx2(): boolean {
  return process.arch === 'arm64' || /\bavx2\b/i.test(flags())
}
