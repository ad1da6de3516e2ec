import type { LogLine, RuntimeKind } from '../../preload/shapes.ts'
import type { Platform, Run } from '../engine/types.ts'

export interface RuntimeSpec {
  readonly projectId: string
  readonly projectName: string
  /** The user's folder: the working directory. */
  readonly folder: string
  /** Docker only. */
  readonly image: string | undefined
  /** The OpenCode binary on this machine, and its version. */
  readonly binary: { readonly file: string; readonly version: string; readonly platform: Platform }
  /** The environment of the server, without what the runtime adds itself (HOME, the paths of files). */
  readonly env: Readonly<Record<string, string>>
  /** OpenCode's config as JSON text; the runtime puts it into a file and names it in OPENCODE_CONFIG. */
  readonly config: string
  /** Berth's CA certificate (PEM); the runtime puts it into a file and names it in NODE_EXTRA_CA_CERTS. */
  readonly caCertificate: string
  /** The gateway's port and this project's login for it; the runtime knows the host name its server must use. */
  readonly gateway: { readonly port: number; readonly user: string; readonly password: string }
  readonly serverPassword: string
  /**
   * Every program of the project is to go through the gateway. A runtime that cannot hold that starts the server
   * all the same: programs that use the proxy are held by the gateway.
   */
  readonly confined: boolean
}

export type RuntimeState =
  | { readonly state: 'absent' }
  | { readonly state: 'stopped' }
  | { readonly state: 'running'; readonly endpoint: string }
  /** Ended by itself. `output` is the end of what it said. */
  | { readonly state: 'exited'; readonly exitCode: number | null; readonly output: string }

/** What a project's OpenCode server runs on. Every act is idempotent. */
export interface Runtime {
  readonly kind: RuntimeKind
  /** False when the agent runs with the user's own rights. */
  readonly isolated: boolean
  /** What the server will be executed on; pulls the image first where there is one. */
  prepare(spec: { readonly image: string | undefined }, run: Run): Promise<Platform>
  /** Throws `folder_missing` or `folder_not_writable`, naming the folder and the mend. */
  checkFolder(folder: string): Promise<void>
  /** Starts, or finds running with the same spec. Answers with the server's address, `http://127.0.0.1:<port>`. */
  start(spec: RuntimeSpec, run: Run): Promise<{ endpoint: string }>
  inspect(projectId: string): Promise<RuntimeState>
  stop(projectId: string): Promise<void>
  /** Removes the server with its OpenCode home (history, auth file). The folder stays. */
  remove(projectId: string): Promise<void>
  logs(projectId: string, tail: number): Promise<LogLine[]>
  /** Calls `onLine` for new lines until the signal ends it or the server does. */
  followLogs(projectId: string, signal: AbortSignal, onLine: (line: LogLine) => void): Promise<void>
}
