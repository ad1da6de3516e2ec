import type { EngineStatus, LocalImage, LogLine, Progress } from '../../preload/shapes.ts'

/** Passed to everything that takes long. */
export interface Run {
  readonly signal: AbortSignal
  progress(progress: Progress): void
}

/** What an image or host can execute. */
export interface Platform {
  readonly os: 'linux' | 'darwin' | 'windows'
  readonly arch: 'x64' | 'arm64'
  readonly libc: 'glibc' | 'musl' | 'none'
  /** The CPU is known to have AVX2. */
  readonly avx2: boolean
}

/** A file put into a container or volume. Content is a string, or the path of a file to stream. */
export interface PutFile {
  /** Absolute path inside. */
  readonly path: string
  readonly content: string | { readonly file: string }
  /** For example 0o644. */
  readonly mode: number
}

export interface ContainerSpec {
  /** `berth-<project id>`: creating it twice finds the first. */
  readonly name: string
  readonly image: string
  readonly command: readonly string[]
  readonly env: Readonly<Record<string, string>>
  /** `uid:gid`, never 0. */
  readonly user: string
  readonly workingDir: string
  readonly binds: readonly { readonly hostPath: string; readonly path: string; readonly readOnly: boolean }[]
  readonly volumes: readonly { readonly name: string; readonly path: string; readonly readOnly: boolean }[]
  readonly files: readonly PutFile[]
  /** Folders made inside before the start and owned by `user`. */
  readonly ownedFolders: readonly string[]
  /** The port inside; published on 127.0.0.1 at a port the engine chooses, unless the container is confined. */
  readonly port: number
  readonly labels: Readonly<Record<string, string>>
  /** `host:host-gateway` or `host:address` lines. */
  readonly extraHosts: readonly string[]
  /** Present: the container is on this network alone. */
  readonly confinement?: Confinement
}

/**
 * A network that lets nothing out: containers on it reach this machine, and neither each other nor any other host,
 * whatever program asks.
 */
export interface Confinement {
  /** Its name. */
  readonly network: string
  /** A network that was made anew has another one, and containers of the old one do not start any more. */
  readonly id: string
  /** This machine's address on it. */
  readonly address: string
}

export interface Gateways {
  /**
   * What `host-gateway` stands for in a container; undefined when containers reach this machine's loopback instead (Docker
   * Desktop and its like).
   */
  readonly usual: string | undefined
  /** The confined network, where it is made: containers on it may be running. */
  readonly confined: Confinement | undefined
}

/** A named volume and what it is to hold. */
export interface VolumeSpec {
  readonly name: string
  /** Any image that is here: a container of it is made, and never started, to reach into the volume. */
  readonly image: string
  /** Exactly these files, with paths inside the volume. None: the volume is only made, and its content left alone. */
  readonly files: readonly PutFile[]
  readonly labels: Readonly<Record<string, string>>
}

export type ContainerState =
  | { readonly state: 'absent' }
  | { readonly state: 'created' }
  | {
      readonly state: 'running'
      readonly id: string
      /** Where its port is reached from this machine: 127.0.0.1, or a confined container's own address. */
      readonly host: string
      readonly hostPort: number
      readonly labels: Readonly<Record<string, string>>
    }
  | {
      readonly state: 'exited'
      readonly id: string
      readonly exitCode: number
      /** The kernel ended it for want of memory. */
      readonly outOfMemory: boolean
      readonly labels: Readonly<Record<string, string>>
    }

/** A container after its start: some end at once. */
export type StartedContainer = Extract<ContainerState, { state: 'running' | 'exited' }>

/** A container that is run once, for what it says. It reaches no file of the user's, and nothing is left of it. */
export interface TrialSpec {
  /** Must be here; nothing is pulled. */
  readonly image: string
  readonly command: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly extraHosts: readonly string[]
  /** Present: it is on this network alone. */
  readonly confinement?: Confinement
  /** What it is for; what a crash left of the same purpose is removed. */
  readonly purpose: string
  readonly timeoutMs: number
}

export interface TrialResult {
  /** Undefined when it had not ended in time. */
  readonly exitCode: number | undefined
  /** Both of its streams, at most 200 lines. */
  readonly output: string
}

/** A Docker endpoint. Everything made here carries the label `dev.berth=1` and is found by it. */
export interface Engine {
  status(): EngineStatus
  /** Looks again and tells listeners when the status changed. Never throws. */
  check(): Promise<EngineStatus>
  onStatus(listener: (status: EngineStatus) => void): () => void
  images(): Promise<LocalImage[]>
  /** Pulls when absent. Throws `image_not_found` (data: local image names) or `engine_unavailable`. */
  ensureImage(name: string, run: Run): Promise<void>
  /** Throws `image_unsuitable` when nothing OpenCode needs is in it. */
  platform(image: string): Promise<Platform>
  /** Makes the volume with exactly these files, once; a half-filled one is made anew. */
  ensureVolume(spec: VolumeSpec, run: Run): Promise<void>
  removeVolume(name: string): Promise<void>
  inspect(name: string): Promise<ContainerState>
  /** Creates (or replaces, when the spec's label `dev.berth.spec` differs) and starts. */
  start(spec: ContainerSpec, run: Run): Promise<StartedContainer>
  stop(name: string, graceSeconds: number): Promise<void>
  remove(name: string): Promise<void>
  logs(name: string, options: { tail: number }): Promise<LogLine[]>
  followLogs(name: string, signal: AbortSignal, onLine: (line: LogLine) => void): Promise<void>
  /** Names and labels of every container Berth made for a project here. */
  list(): Promise<{ name: string; labels: Record<string, string>; running: boolean }[]>
  /** At which addresses containers reach this machine, as things are now. */
  gateways(): Promise<Gateways>
  /**
   * The network for projects with a policy narrower than `open`, made if need be. Undefined where this engine cannot confine: then
   * its status says so, too. Throws `engine_error` rather than answer with one that would let something out.
   */
  confinement(): Promise<Confinement | undefined>
  /** Runs a container to its end. Throws `image_not_found`. */
  trial(spec: TrialSpec): Promise<TrialResult>
  close(): void
}
