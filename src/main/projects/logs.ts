import type { AnyEvent } from '../../preload/contract.ts'
import type { LogLine } from '../../preload/shapes.ts'
import { toFailure } from '../errors.ts'
import { scrub } from '../log/scrub.ts'

/** Berth's own lines kept for each project, in memory. */
const KEPT = 500
/** Lines told at once; a server that floods its log does not flood the window. */
const TOLD = 400

/** A project's log: what its server says, and what Berth has to say about it. */
export interface ProjectLogs {
  /** A line the server just wrote. */
  heard(projectId: string, line: LogLine): void
  /** A line of Berth's own. */
  note(projectId: string, text: string): void
  read(projectId: string, tail: number): Promise<LogLine[]>
  forget(projectId: string): void
}

interface LogsDeps {
  serverLines(projectId: string, tail: number): Promise<LogLine[]>
  emit(event: AnyEvent): void
  now(): number
  readonly batchMs: number
}

function byTime(lines: readonly LogLine[]): LogLine[] {
  return [...lines].sort((a, b) => a.at - b.at)
}

export function createProjectLogs({ serverLines, emit, now, batchMs }: LogsDeps): ProjectLogs {
  const notes = new Map<string, LogLine[]>()
  const untold = new Map<string, LogLine[]>()

  function tell(projectId: string): void {
    const lines = untold.get(projectId) ?? []
    untold.delete(projectId)
    if (lines.length > 0) emit({ name: 'project.log', payload: { projectId, lines: lines.slice(-TOLD) } })
  }

  function heard(projectId: string, line: LogLine): void {
    const waiting = untold.get(projectId)
    if (waiting !== undefined) {
      if (waiting.length >= 2 * TOLD) waiting.splice(0, TOLD)
      waiting.push(line)
      return
    }
    untold.set(projectId, [line])
    setTimeout(() => tell(projectId), batchMs).unref()
  }

  return {
    heard,
    note(projectId, text) {
      const line: LogLine = { at: now(), stream: 'berth', text: scrub(text) }
      notes.set(projectId, [...(notes.get(projectId) ?? []), line].slice(-KEPT))
      heard(projectId, line)
    },
    async read(projectId, tail) {
      const own = notes.get(projectId) ?? []
      try {
        return byTime([...(await serverLines(projectId, tail)), ...own]).slice(-tail)
      } catch (error) {
        const text = `The server's log cannot be read now: ${toFailure(error).message}`
        return [...own, { at: now(), stream: 'berth' as const, text }].slice(-tail)
      }
    },
    forget(projectId) {
      notes.delete(projectId)
      untold.delete(projectId)
    },
  }
}
