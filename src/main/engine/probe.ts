import type Docker from 'dockerode'
import type { EngineStatus } from '../../preload/shapes.ts'
import { systemCode } from '../errors.ts'
import type { Endpoint } from './address.ts'
import { canConfine } from './confinement.ts'
import { deniedMessage, engineStatusCode } from './failures.ts'
import { isPodman } from './platform.ts'

/** How one place answered. */
export type Finding =
  | { readonly kind: 'ready'; readonly status: EngineStatus; readonly docker: Docker }
  /** Something is there that does not serve yet. */
  | { readonly kind: 'starting'; readonly address: string; readonly reason: string }
  | { readonly kind: 'denied'; readonly address: string }
  | { readonly kind: 'absent'; readonly address: string }
  | { readonly kind: 'unsupported'; readonly reason: string }

export type Connect = (endpoint: Endpoint) => Docker

/** `Docker 27.3`: what the engine calls itself, and its version without the patch. */
function engineName(version: Docker.DockerVersion): string {
  return `${isPodman(version) ? 'Podman' : 'Docker'} ${version.Version.split('.').slice(0, 2).join('.')}`
}

function failedFinding(error: unknown, address: string): Finding {
  const status = engineStatusCode(error)
  if (status !== undefined) {
    return { kind: 'starting', address, reason: `Docker at ${address} is not ready yet (HTTP ${status}).` }
  }
  switch (systemCode(error)) {
    case 'EACCES':
    case 'EPERM':
      return { kind: 'denied', address }
    case 'ENOENT':
    case 'ENOTFOUND':
    case 'ENOTSOCK':
      return { kind: 'absent', address }
    default:
      return {
        kind: 'starting',
        address,
        reason: `Docker's socket ${address} is there, but nothing serves it yet.`,
      }
  }
}

/** Settles with `value` when the time is over. The timer never keeps the process alive. */
function after<T>(ms: number, value: T): { readonly done: Promise<T>; cancel(): void } {
  let timer: NodeJS.Timeout | undefined
  const done = new Promise<T>((resolve) => {
    timer = setTimeout(() => resolve(value), ms)
    timer.unref()
  })
  return { done, cancel: () => clearTimeout(timer) }
}

/** Asks one place for its version. Never throws; answers within `deadlineMs`. */
export async function probe(endpoint: Endpoint, connect: Connect, deadlineMs: number): Promise<Finding> {
  if (endpoint.kind === 'unsupported') return endpoint
  const { address } = endpoint
  const slow: Finding = {
    kind: 'starting',
    address,
    reason: `Docker at ${address} did not answer in ${deadlineMs / 1000} seconds.`,
  }
  const deadline = after(deadlineMs, slow)
  const ask = async (): Promise<Finding> => {
    const docker = connect(endpoint)
    const version = await docker.version()
    // A TCP port at loopback may be somebody else's.
    if (typeof version?.Version !== 'string') return { kind: 'absent', address }
    const { Version } = version
    // An engine that is busy may say late how it is, and is there all the same.
    const late = after(deadlineMs / 2, false)
    const confines = await Promise.race([canConfine(docker).catch(() => false), late.done])
    late.cancel()
    return {
      kind: 'ready',
      docker,
      status: { state: 'ready', name: engineName(version), version: Version, address, confines },
    }
  }
  const answer = ask().catch((error: unknown): Finding => {
    // A loopback port that refuses is simply not there; a socket file that refuses has an engine behind it, or had.
    const refusedTcp = endpoint.kind === 'tcp' && systemCode(error) === 'ECONNREFUSED'
    return refusedTcp ? { kind: 'absent', address } : failedFinding(error, address)
  })
  return Promise.race([answer, deadline.done]).finally(deadline.cancel)
}

/** The sentence for findings none of which is ready: the most hopeful one speaks. */
export function summarize(findings: readonly Finding[], patient: boolean): EngineStatus {
  const starting = findings.find((finding) => finding.kind === 'starting')
  if (starting !== undefined && patient) {
    return { state: 'starting', address: starting.address, reason: starting.reason }
  }
  const denied = findings.find((finding) => finding.kind === 'denied')
  if (denied !== undefined) {
    return { state: 'unavailable', code: 'engine_denied', reason: deniedMessage(denied.address) }
  }
  const unsupported = findings.find((finding) => finding.kind === 'unsupported')
  if (unsupported !== undefined) {
    return { state: 'unavailable', code: 'engine_unavailable', reason: unsupported.reason }
  }
  const why =
    starting === undefined
      ? `Berth looked at ${findings.map((finding) => ('address' in finding ? finding.address : '')).join(', ')}.`
      : starting.reason
  return {
    state: 'unavailable',
    code: 'engine_unavailable',
    reason: `Docker is not running. ${why} Start Docker (or install it); Berth goes on looking.`,
  }
}
