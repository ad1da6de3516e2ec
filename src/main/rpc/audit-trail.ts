import type { Surface } from '../../preload/audit.ts'
import type { MethodName } from '../../preload/contract.ts'
import type { AuditTrail } from '../audit/types.ts'
import { BerthError } from '../errors.ts'
import type { Log } from '../log/log.ts'
import { NOTES } from './audit-notes.ts'
import { accountFailures } from './audit-notes-accounts.ts'
import type { Failed, Recorded } from './audit-recorded.ts'
import type { Act, World } from './audit-world.ts'
import type { Handlers } from './dispatch.ts'

export interface AuditedDeps {
  readonly audit: Pick<AuditTrail, 'record'>
  readonly world: () => World
  readonly log: Log
}

const isRecorded = (method: MethodName): method is Recorded => Object.hasOwn(NOTES, method)

/** Failures that did something all the same. */
const FAILURES: { readonly [M in Recorded]?: Failed<M> } = accountFailures

/** A passphrase was tried that is not the vault's, with whatever method. */
function triedPassphrase(method: Recorded, error: unknown): Act[] {
  if (!method.startsWith('vault.') || !(error instanceof BerthError)) return []
  if (error.code !== 'wrong_passphrase') return []
  const what = method === 'vault.unlock' ? 'Wrong passphrase' : `Wrong passphrase for ${method}`
  const count = error.data?.failedAttempts
  const detail = typeof count === 'number' && count > 1 ? `${what}, ${count} times in a row.` : `${what}.`
  return [{ action: 'vault.unlock_failed', detail }]
}

/** Writes down what a call did. Whatever goes wrong with that, the call goes its way. */
function createWriter({ audit, log }: AuditedDeps) {
  return (method: MethodName, surface: Surface, acts: () => readonly Act[]): void => {
    try {
      for (const act of acts()) audit.record({ ...act, surface })
    } catch (err) {
      log.error({ err, method }, 'a call could not be written to the audit trail')
    }
  }
}

/** Handler, note and failure of one method belong together, which the compiler cannot follow through the union. */
type AnyHandler = (input: unknown, surface: Surface) => unknown
type AnyNote = (call: {
  readonly input: unknown
  readonly output?: unknown
  readonly before: World
  readonly after: World
}) => readonly Act[]

function audited(method: Recorded, handler: AnyHandler, deps: AuditedDeps): AnyHandler {
  const write = createWriter(deps)
  const note = NOTES[method] as AnyNote
  const failed = FAILURES[method] as AnyNote | undefined
  return async (input, surface) => {
    let before: World | undefined
    // By the way of the writer, for this must not make the call fail either.
    write(method, surface, () => {
      before = deps.world()
      return []
    })
    const worlds = () => ({ before: before ?? deps.world(), after: deps.world() })
    try {
      const output = await handler(input, surface)
      write(method, surface, () => note({ input, output, ...worlds() }))
      return output
    } catch (error) {
      write(method, surface, () => triedPassphrase(method, error))
      write(method, surface, () => failed?.({ input, ...worlds() }) ?? [])
      throw error
    }
  }
}

/** The handlers, with what each call of a recorded method did written to the audit trail. */
export function withAudit(handlers: Handlers, deps: AuditedDeps): Handlers {
  const methods = Object.keys(handlers) as MethodName[]
  const wrapped = methods.map((method) => {
    const handler = handlers[method] as AnyHandler
    return [method, isRecorded(method) ? audited(method, handler, deps) : handler]
  })
  return Object.fromEntries(wrapped) as Handlers
}
