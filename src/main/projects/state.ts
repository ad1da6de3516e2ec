import type { Problem, ProjectState } from '../../preload/shapes.ts'

/** What a project's server is asked to be, or is. `removing` is Berth's own and shown as `stopping`. */
export type Server = 'off' | 'starting' | 'on' | 'stopping' | 'failed' | 'removing'

/** All that is known of a project's moment; the state people see is derived from it. */
export interface Facts {
  readonly server: Server
  /** Sessions that write an answer or wait to try again. */
  readonly busy: readonly string[]
  /** Permissions that wait for the user's answer. */
  readonly asked: readonly string[]
  readonly problem: Problem | undefined
}

export type Fact =
  | { readonly type: 'starting' | 'started' | 'stopping' | 'stopped' | 'removing' }
  | { readonly type: 'failed'; readonly problem: Problem }
  | { readonly type: 'busy' | 'idle'; readonly sessionId: string }
  | { readonly type: 'asked' | 'answered'; readonly permissionId: string }
  /** What OpenCode says when asked for everything at once. */
  | { readonly type: 'seen'; readonly busy: readonly string[]; readonly asked: readonly string[] }

const quiet = { busy: [], asked: [], problem: undefined }

function having(list: readonly string[], item: string): readonly string[] {
  return list.includes(item) ? list : [...list, item]
}

function without(list: readonly string[], item: string): readonly string[] {
  return list.includes(item) ? list.filter((other) => other !== item) : list
}

/** The facts after one more. A project that is being removed comes back only by a failure of the removal. */
export function reduce(facts: Facts, fact: Fact): Facts {
  if (facts.server === 'removing' && fact.type !== 'failed') return facts
  switch (fact.type) {
    case 'starting':
      return { server: 'starting', ...quiet }
    case 'started':
      // What was heard while it started still holds.
      return { ...facts, server: 'on', problem: undefined }
    case 'stopping':
      return { server: 'stopping', ...quiet }
    case 'stopped':
      return { server: 'off', ...quiet }
    case 'removing':
      return { server: 'removing', ...quiet }
    case 'failed':
      return { server: 'failed', ...quiet, problem: fact.problem }
    case 'busy':
      return { ...facts, busy: having(facts.busy, fact.sessionId) }
    case 'idle':
      return { ...facts, busy: without(facts.busy, fact.sessionId) }
    case 'asked':
      return { ...facts, asked: having(facts.asked, fact.permissionId) }
    case 'answered':
      return { ...facts, asked: without(facts.asked, fact.permissionId) }
    case 'seen':
      return { ...facts, busy: fact.busy, asked: fact.asked }
  }
}

/** The state people see. A question to the user outweighs work in another session. */
export function stateOf({ server, busy, asked }: Facts): ProjectState {
  switch (server) {
    case 'off':
      return 'stopped'
    case 'on':
      return asked.length > 0 ? 'waiting' : busy.length > 0 ? 'working' : 'running'
    case 'removing':
      return 'stopping'
    case 'starting':
    case 'stopping':
    case 'failed':
      return server
  }
}

/** As stored: the state people see, and Berth's own. */
export type StoredState = ProjectState | 'removing'

export function storedStateOf(facts: Facts): StoredState {
  return facts.server === 'removing' ? 'removing' : stateOf(facts)
}

/** What a stored state says of a server before anybody asked it. */
export function factsFrom(state: StoredState, problem: Problem | undefined): Facts {
  const server: Record<StoredState, Server> = {
    stopped: 'off',
    starting: 'starting',
    running: 'on',
    working: 'on',
    waiting: 'on',
    stopping: 'stopping',
    failed: 'failed',
    removing: 'removing',
  }
  return { server: server[state], busy: [], asked: [], problem }
}
