/** A wire format of a vendor, told from a request's path. */
export type Format = 'openai-chat' | 'openai-responses' | 'anthropic' | 'gemini'

/** One request as it arrived. `aborted` and `finished` are set later, when the answer ends. */
export interface RecordedRequest {
  readonly listener: 'https' | 'http'
  /** The Host header without its port. */
  readonly host: string
  readonly method: string
  /** With the query. */
  readonly path: string
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
  readonly format: Format | 'models' | undefined
  /** OpenCode's own request for a session title. */
  readonly isTitle: boolean
  /** The client went away before the answer was complete. */
  readonly aborted: boolean
  /** The answer was sent completely. */
  readonly finished: boolean
}

/** What a script says the model does, step by step. Make them with the functions in `replies.ts`. */
export type Step =
  | { readonly do: 'text'; readonly chunks: readonly string[]; readonly delayMs: number }
  | { readonly do: 'reasoning'; readonly text: string }
  | { readonly do: 'tool'; readonly name: string; readonly input: Readonly<Record<string, unknown>> }
  | { readonly do: 'wait'; readonly until: Promise<void> }
  | { readonly do: 'cut' }
  | { readonly do: 'error'; readonly message: string }
  | {
      readonly do: 'fault'
      readonly status: number
      readonly message: string
      readonly headers: Readonly<Record<string, string>>
    }

export type Reply = Step | readonly Step[]

/** A reply, or a function that looks at the request first. */
export type Scripted = Reply | ((request: RecordedRequest) => Reply)

/** What the vendor answers at an address that is no model's. An object is sent as JSON, a text as a web page. */
export interface Page {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body: unknown
}

export interface ModelServerOptions {
  /** Credentials that are accepted; others get the vendor's 401. Absent: every credential is. */
  readonly acceptKeys?: Iterable<string> | ((key: string | undefined, host: string) => boolean)
  /** Answers model requests the script has nothing for; `undefined` leaves it to the default, an echo. */
  readonly respond?: (request: RecordedRequest) => Reply | undefined
  /** The title OpenCode's title requests get. */
  readonly title?: string
  /** The vendor's other addresses, such as that of an account's balance; the rest is not found. */
  readonly page?: (request: RecordedRequest) => Page | undefined
}

export interface ModelServer {
  /** TLS for any host name, signed by `caPem`. */
  readonly httpsPort: number
  readonly httpPort: number
  readonly caPem: string
  /** The same in a temporary file, for `NODE_EXTRA_CA_CERTS`; removed by `close`. */
  readonly caFile: string
  /** Everything that arrived, oldest first. */
  readonly requests: readonly RecordedRequest[]
  /** Requests of the conversation: model requests without those for titles. */
  prompts(): RecordedRequest[]
  /** Adds replies to the end of the queue; each is used once, by the next model request that is not for a title. */
  script(...replies: Scripted[]): void
  /** Replies that no request has taken yet. */
  pending(): number
  /** Forgets what was recorded and what was scripted. */
  reset(): void
  /** The first request, past or to come, that fits. Rejects after `timeoutMs` (10 s). */
  waitForRequest(
    predicate: (request: RecordedRequest) => boolean,
    timeoutMs?: number,
  ): Promise<RecordedRequest>
  close(): Promise<void>
}

/** Writes one vendor's answers. Text in, bytes of the vendor's format out. */
export interface Writer {
  readonly contentType: string
  /** Opens a stream. */
  begin(): string
  text(text: string): string
  reasoning(text: string): string
  tool(name: string, input: Readonly<Record<string, unknown>>): string
  /** The vendor's way to report an error after the stream began. */
  error(message: string): string
  /** Ends a stream; says why it ended and how many tokens it took. */
  end(): string
  /** The whole answer as one document, from what `text`, `reasoning` and `tool` were given. */
  whole(): unknown
}

/** What a writer needs to know about the request it answers. */
export interface Asked {
  readonly model: string
  readonly inputTokens: number
  /** Tells answers apart; goes into their ids. */
  readonly serial: number
}
