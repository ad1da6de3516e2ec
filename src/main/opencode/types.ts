import type {
  Activity,
  ConversationChange,
  Message,
  Permission,
  SessionInfo,
} from '../../preload/conversation.ts'
import type { Platform, Run } from '../engine/types.ts'

/** The OpenCode version Berth runs, pinned. */
export const OPENCODE_VERSION = '1.18.33'

/** Gets OpenCode's binary for a platform. */
export interface Binaries {
  readonly version: string
  /**
   * The path of the executable, fetched and verified first when it is not in the cache. Throws `opencode_unavailable`.
   */
  ensure(platform: Platform, run: Run): Promise<string>
  /** The path of the executable when it is in the cache. */
  find(platform: Platform): Promise<string | undefined>
}

/** What OpenCode is given for a provider through `auth.set`. With gateway delivery every value is a placeholder. */
export type ProviderAuth =
  | { readonly type: 'api'; readonly key: string }
  | {
      readonly type: 'oauth'
      readonly access: string
      readonly refresh: string
      readonly expires: number
      readonly accountId?: string
    }

/** A running OpenCode server, in Berth's words. Every failure is a `BerthError`. */
export interface OpenCode {
  /** The version, or undefined while it does not answer. */
  health(signal?: AbortSignal): Promise<string | undefined>
  /** A server that has already loaded its providers shows it in `connected` only after a `reload`. */
  setAuth(providerId: string, auth: ProviderAuth): Promise<void>
  removeAuth(providerId: string): Promise<void>
  /** Drops what the server has loaded, so that new credentials and config are read. Ends running answers. */
  reload(): Promise<void>
  /** Ids of the providers that have a credential. */
  connected(): Promise<string[]>
  sessions(): Promise<SessionInfo[]>
  createSession(): Promise<SessionInfo>
  messages(sessionId: string): Promise<Message[]>
  permissions(): Promise<Permission[]>
  activity(sessionId: string): Promise<Activity>
  /** Returns once OpenCode has taken it. The same `messageId` twice sends one prompt. */
  prompt(prompt: {
    readonly sessionId: string
    /** Made with `messageIdFor`. */
    readonly messageId: string
    readonly text: string
    readonly providerId: string
    readonly modelId: string
  }): Promise<void>
  stop(sessionId: string): Promise<void>
  answerPermission(answer: {
    readonly sessionId: string
    readonly permissionId: string
    readonly answer: 'once' | 'always' | 'reject'
  }): Promise<void>
  /**
   * Calls `onChange` for every event until the signal ends it; connects again by itself with growing pauses. Every
   * connection, the first one too, begins with a `reload`. Resolves when the signal fires.
   */
  follow(signal: AbortSignal, onChange: (change: ConversationChange) => void): Promise<void>
}

/** Opens a client; nothing is sent yet. */
export type ConnectOpenCode = (server: { readonly endpoint: string; readonly password: string }) => OpenCode
