import { resolve } from 'node:path'
import type { Credential } from '../../../src/main/accounts/types.ts'
import { createCatalog } from '../../../src/main/catalog/catalog.ts'
import type { Catalog } from '../../../src/main/catalog/types.ts'
import { createConnectionChecks } from '../../../src/main/connection/checks.ts'
import { openDatabase } from '../../../src/main/db/database.ts'
import { BerthError } from '../../../src/main/errors.ts'
import type { UpstreamAnswer, UpstreamCall } from '../../../src/main/upstream-call.ts'
import { type ConnectionCheck, connectionCheck } from '../../../src/preload/accounts.ts'

/** A credential that must be in a header and nowhere else. */
export const CANARY = 'sk-canary-Vq7Zt0Lx93mPnR5sKbWy2Ued'

const snapshotFile = resolve(import.meta.dirname, '../../../resources/catalog.json')

/** For tests that change nothing in it: reading it takes its time. */
const shared = createCatalog({ db: openDatabase(':memory:'), snapshotFile })
export const sharedCatalog = (): Catalog => shared
export const newCatalog = (): Catalog => createCatalog({ db: openDatabase(':memory:'), snapshotFile })

export interface Scripted {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  /** An object is sent as JSON. */
  readonly body?: unknown
}

export function answerOf({ status = 200, headers = {}, body = {} }: Scripted): UpstreamAnswer {
  return { status, headers, text: typeof body === 'string' ? body : JSON.stringify(body) }
}

export function unreachable(system: string, message = `x was not reached (${system}).`): BerthError {
  return new BerthError('provider_unreachable', message, { data: { system } })
}

/** Says what the outside world answers; an error is thrown. */
export type World = (call: UpstreamCall, index: number) => Scripted | BerthError

export interface Tried {
  readonly check: ConnectionCheck
  readonly calls: readonly UpstreamCall[]
}

export interface Trying {
  readonly providerId: string
  readonly key?: string
  readonly credential?: Credential
  readonly fields?: Readonly<Record<string, string>>
  readonly catalog?: Catalog
  readonly now?: () => number
}

export const keyOn = ({ headers }: UpstreamCall): string | undefined =>
  headers.authorization?.replace(/^Bearer /, '') ??
  headers['x-api-key'] ??
  headers['x-goog-api-key'] ??
  headers['api-key']

/** Runs one check against a scripted world, and holds what holds for all of them. */
export async function tryKey(world: World, trying: Trying): Promise<Tried> {
  const { providerId, key = CANARY, fields = {}, catalog = shared, now } = trying
  const calls: UpstreamCall[] = []
  const checks = createConnectionChecks({
    catalog,
    ...(now === undefined ? {} : { now }),
    call: async (call) => {
      calls.push(call)
      const scripted = world(call, calls.length - 1)
      if (scripted instanceof BerthError) throw scripted
      return answerOf(scripted)
    },
  })
  const check = await checks.check(providerId, trying.credential ?? { type: 'api', key }, fields)
  if (calls.length > 3) throw new Error(`${calls.length} calls for one test`)
  if (calls.some((call) => call.url.includes(CANARY) || call.body?.includes(CANARY)))
    throw new Error('the key was outside the headers')
  if (JSON.stringify(check).includes('canary')) throw new Error(`the key is told: ${check.message}`)
  if (!/^\S.*\.$/s.test(check.message)) throw new Error(`not a sentence: ${check.message}`)
  connectionCheck.parse(check)
  return { check, calls }
}
