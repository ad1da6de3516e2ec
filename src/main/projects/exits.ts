import { BerthError } from '../errors.ts'
import { scrub } from '../log/scrub.ts'
import type { RuntimeState } from '../runtime/types.ts'

type Exited = Extract<RuntimeState, { state: 'exited' }>

const LINES = 6
const LETTERS = 800

/** 128 + the number of a signal: interrupt, kill, terminate. */
const MEANINGS: Readonly<Record<number, string>> = {
  130: ', interrupted',
  137: ', killed, perhaps for want of memory',
  139: ', a crash',
  143: ', asked to end',
}

function codeWords(exitCode: number | null): string {
  return exitCode === null ? 'no exit code' : `exit code ${exitCode}${MEANINGS[exitCode] ?? ''}`
}

/** The end of what it said, without anything that looks like a credential. */
function lastWords(output: string): string {
  const lines = scrub(output).trim().split('\n').slice(-LINES).join('\n').slice(-LETTERS).trim()
  return lines === '' ? 'It said nothing.' : `Its last words: ${lines}`
}

/** Somebody ended it in the regular way: no fault of the server's. */
export function endedCleanly({ exitCode }: Exited): boolean {
  return exitCode === 0 || exitCode === 143 || exitCode === 130
}

export function exitedAtBoot(name: string, exited: Exited): BerthError {
  return new BerthError(
    'opencode_exited',
    `OpenCode ended while ${name} was starting (${codeWords(exited.exitCode)}). ${lastWords(exited.output)}\nLook at the log, then start it again.`,
  )
}

export function exitedByItself(name: string, exited: Exited): BerthError {
  return new BerthError(
    'opencode_exited',
    `${name} stopped by itself (${codeWords(exited.exitCode)}). ${lastWords(exited.output)}\nStart it again.`,
  )
}
