import { isDeepStrictEqual } from 'node:util'
import type Docker from 'dockerode'
import type { EngineStatus } from '../../preload/shapes.ts'
import { BerthError } from '../errors.ts'
import type { Log } from '../log/log.ts'
import type { Endpoint } from './address.ts'
import { type Connect, type Finding, probe, summarize } from './probe.ts'

const DEADLINE_MS = 3_000
/** How long a socket that does not serve counts as starting. A crashed engine leaves its socket behind, too. */
const PATIENCE_MS = 60_000
const POLL_READY_MS = 10_000
const POLL_LOOKING_MS = 3_000

export interface Watch {
  status(): EngineStatus
  check(): Promise<EngineStatus>
  onStatus(listener: (status: EngineStatus) => void): () => void
  /** A client that answered when last asked; throws the status as an error when there is none. */
  client(): Promise<{ docker: Docker; address: string }>
  close(): void
}

export interface WatchDeps {
  readonly candidates: () => Promise<Endpoint[]>
  readonly connect: Connect
  readonly log: Log
  readonly now: () => number
}

/** What one look found. */
interface Sight {
  readonly status: EngineStatus
  readonly found?: { readonly docker: Docker; readonly address: string }
}

/** Asks every place in turn. Remembers only since when something was there that did not serve. */
function createLook({ candidates, connect, log, now }: WatchDeps): () => Promise<Sight> {
  let notServingSince: number | undefined

  async function look(): Promise<Sight> {
    const findings: Finding[] = []
    const end = now() + DEADLINE_MS
    for (const endpoint of await candidates()) {
      const finding = await probe(endpoint, connect, Math.max(500, end - now()))
      if (finding.kind === 'ready') {
        notServingSince = undefined
        return { status: finding.status, found: { docker: finding.docker, address: endpoint.address } }
      }
      findings.push(finding)
    }
    const starting = findings.some((finding) => finding.kind === 'starting')
    notServingSince = starting ? (notServingSince ?? now()) : undefined
    return { status: summarize(findings, now() - (notServingSince ?? now()) < PATIENCE_MS) }
  }

  function failed(error: unknown): Sight {
    log.warn({ err: error }, 'looking for an engine failed')
    const reason =
      error instanceof BerthError ? error.message : 'Berth could not look for Docker. Its log says more.'
    return { status: { state: 'unavailable', code: 'engine_unavailable', reason } }
  }

  return () => look().catch(failed)
}

/**
 * Looks for an engine and remembers how it was found. It looks again by itself only while somebody listens, so that the
 * UI sees Docker come and go without a resting process polling for nobody.
 */
export function createWatch(deps: WatchDeps): Watch {
  const look = createLook(deps)
  const listeners = new Set<(status: EngineStatus) => void>()
  let status: EngineStatus = { state: 'checking' }
  let found: Sight['found']
  let running: Promise<EngineStatus> | undefined
  let timer: NodeJS.Timeout | undefined
  let closed = false

  function settle(sight: Sight): EngineStatus {
    const next = sight.status
    found = sight.found
    const changed = !isDeepStrictEqual(next, status)
    status = next
    if (!changed) return status
    deps.log.info({ engine: next }, 'engine status')
    for (const listener of listeners) tell(listener, next)
    return status
  }

  /** A listener that throws is its own trouble: looking for engines goes on. */
  function tell(listener: (status: EngineStatus) => void, next: EngineStatus): void {
    try {
      listener(next)
    } catch (error) {
      deps.log.error({ err: error }, 'a listener to the engine status failed')
    }
  }

  function plan(): void {
    clearTimeout(timer)
    if (closed || listeners.size === 0) return
    timer = setTimeout(() => void check(), status.state === 'ready' ? POLL_READY_MS : POLL_LOOKING_MS)
    timer.unref()
  }

  function check(): Promise<EngineStatus> {
    running ??= look()
      .then(settle)
      .finally(() => {
        running = undefined
        plan()
      })
    return running
  }

  async function client(): Promise<{ docker: Docker; address: string }> {
    if (found !== undefined) return found
    const answer = await check()
    if (found !== undefined) return found
    if (answer.state === 'unavailable') throw new BerthError(answer.code, answer.reason)
    const reason = answer.state === 'starting' ? answer.reason : 'Docker is being looked for.'
    throw new BerthError('engine_unavailable', `${reason} Wait a moment, then try again.`)
  }

  return {
    status: () => status,
    check,
    client,
    onStatus: (listener) => {
      listeners.add(listener)
      plan()
      return () => {
        listeners.delete(listener)
        plan()
      }
    },
    close: () => {
      closed = true
      listeners.clear()
      clearTimeout(timer)
    },
  }
}
