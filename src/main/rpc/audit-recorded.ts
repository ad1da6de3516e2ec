import type { MethodName, Output, ParsedInput } from '../../preload/contract.ts'
import type { Act, World } from './audit-world.ts'

/** A call that succeeded, and what there was before and after it. */
export interface Call<M extends MethodName> {
  readonly input: ParsedInput<M>
  readonly output: Output<M>
  readonly before: World
  readonly after: World
}

/** What a call of the method did, as the audit trail says it; nothing where it changed nothing. */
export type Note<M extends MethodName> = (call: Call<M>) => readonly Act[]

/** The same for a call that failed, perhaps half way. */
export type Failed<M extends MethodName> = (call: Omit<Call<M>, 'output'>) => readonly Act[]

/** Methods whose calls are not written down: they change nothing that the trail is about. */
export const UNRECORDED = [
  'app.info',
  'app.status',
  'app.recheck',
  'app.doctor',
  'app.open',
  'settings.get',
  'engine.images',
  'folders.pick',
  'files.pick',
  'folders.list',
  'folders.check',
  'providers.list',
  'providers.models',
  'providers.discover',
  'providers.refreshModels',
  'providers.findLocal',
  'accounts.list',
  // A key that is tried before it is saved belongs to no account yet.
  'accounts.checkKey',
  'accounts.quota',
  'pins.list',
  'pools.list',
  'pools.numbers',
  'usage.query',
  'usage.export',
  'budgets.list',
  'egress.rules',
  'egress.destinations',
  'imports.offers',
  'imports.preview',
  'audit.list',
  'audit.export',
  'projects.list',
  'projects.pipelines',
  'projects.pipeline',
  'projects.logs',
  'projects.routes',
  // What is talked about is the transcript's to keep.
  'conversation.get',
  'conversation.newSession',
  'conversation.send',
  'conversation.stop',
  'conversation.answerPermission',
] as const satisfies readonly MethodName[]

/** Every other method. */
export type Recorded = Exclude<MethodName, (typeof UNRECORDED)[number]>
