import type {
  Activity,
  ConversationChange,
  Message,
  Permission,
  SessionInfo,
} from '../../../src/preload/conversation.ts'
import type { LogLine } from '../../../src/preload/shapes.ts'

/** What a twin server does when it is started. */
export type Boot = 'answers' | 'exits' | 'hangs'

/** One project's twin of a container with OpenCode in it. It outlives the Berth that made it. */
export class TwinServer {
  state: 'absent' | 'stopped' | 'running' | 'exited' = 'absent'
  boot: Boot = 'answers'
  exitCode = 0
  output = ''
  port = 0
  password = ''
  starts = 0
  readonly lines: LogLine[] = []
  readonly sessions: SessionInfo[] = []
  readonly messages = new Map<string, Message[]>()
  readonly auth = new Map<string, unknown>()
  readonly permissions: Permission[] = []
  readonly busy = new Map<string, Activity>()
  reloads = 0
  /** Every prompt taken, once each. */
  readonly prompts: { sessionId: string; messageId: string; text: string; model: string }[] = []
  readonly #listeners = new Set<(change: ConversationChange) => void>()
  readonly #ends = new Set<() => void>()

  get endpoint(): string {
    return `http://127.0.0.1:${this.port}`
  }

  get healthy(): boolean {
    return this.state === 'running' && this.boot === 'answers'
  }

  listen(listener: (change: ConversationChange) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  get listeners(): number {
    return this.#listeners.size
  }

  emit(change: ConversationChange): void {
    for (const listener of this.#listeners) listener(change)
  }

  /** Calls back once, when the server ends. */
  onEnd(ended: () => void): () => void {
    this.#ends.add(ended)
    return () => this.#ends.delete(ended)
  }

  start(port: number, password: string): void {
    this.starts += 1
    this.port = port
    this.password = password
    this.state = 'running'
    if (this.boot === 'exits') this.end('exited', 1, 'Error: bad config sk-0123456789abcdef')
  }

  end(state: 'stopped' | 'exited', exitCode = 0, output = ''): void {
    this.state = state
    this.exitCode = exitCode
    this.output = output
    this.busy.clear()
    for (const ended of [...this.#ends]) ended()
    this.#ends.clear()
  }

  /** As `docker restart`: another port is published, the home stays. */
  restartOutside(port: number): void {
    this.end('exited', 143)
    this.state = 'running'
    this.port = port
  }

  /** OpenCode's home is gone with its container. */
  wipe(): void {
    this.end('stopped')
    this.state = 'absent'
    this.sessions.length = 0
    this.messages.clear()
    this.auth.clear()
    this.prompts.length = 0
  }

  setActivity(sessionId: string, activity: Activity): void {
    if (activity.state === 'idle') this.busy.delete(sessionId)
    else this.busy.set(sessionId, activity)
    this.emit({ type: 'activity', sessionId, activity })
  }

  /** Ends the answer that is being written. */
  answer(sessionId: string, text: string, at: number): Message {
    const id = `msg_answer_${this.prompts.length}_${this.messages.get(sessionId)?.length ?? 0}`
    const part = { id: `prt_${id}`, messageId: id, type: 'text' as const, text }
    const message: Message = {
      id,
      sessionId,
      role: 'assistant',
      createdAt: at,
      completedAt: at,
      parts: [part],
    }
    this.messages.set(sessionId, [...(this.messages.get(sessionId) ?? []), message])
    const { parts: _parts, ...bare } = message
    this.emit({ type: 'message', message: bare })
    this.emit({ type: 'part', sessionId, part })
    this.setActivity(sessionId, { state: 'idle' })
    return message
  }

  ask(permission: Permission): void {
    this.permissions.push(permission)
    this.emit({ type: 'permission', permission })
  }
}
