import { createParser } from 'eventsource-parser'

/** Characters of one event. The largest hold a tool's whole output or a file as text. */
const LONGEST_EVENT = 32 * 1024 * 1024

/**
 * The JSON of every event of a stream, until it ends. Throws when nothing at all arrives for `silenceMs`: a connection
 * can be dead without saying so (a laptop that slept, a paused engine). Throws too for an event that does not end.
 */
export async function* readEvents(
  body: ReadableStream<Uint8Array>,
  silenceMs: number,
): AsyncGenerator<unknown, void, undefined> {
  const ready: unknown[] = []
  let unfinished = 0
  const parser = createParser({
    onEvent: ({ data }) => {
      unfinished = 0
      const value = parsed(data)
      if (value !== undefined) ready.push(value)
    },
  })
  const decoder = new TextDecoder()
  const reader = body.getReader()
  try {
    for (;;) {
      const { done, value } = await orSilence(reader.read(), silenceMs)
      if (done) return
      unfinished += value.length
      if (unfinished > LONGEST_EVENT) throw new Error('an event is too long')
      parser.feed(decoder.decode(value, { stream: true }))
      yield* ready.splice(0)
    }
  } finally {
    // Not awaited: a dead connection may never confirm.
    reader.cancel().catch(() => undefined)
  }
}

function parsed(data: string): unknown {
  try {
    return JSON.parse(data)
  } catch {
    return undefined
  }
}

async function orSilence<T>(promise: Promise<T>, silenceMs: number): Promise<T> {
  const silence = Promise.withResolvers<never>()
  const timer = setTimeout(
    () => silence.reject(new Error(`no event or heartbeat for ${silenceMs} ms`)),
    silenceMs,
  )
  try {
    return await Promise.race([promise, silence.promise])
  } finally {
    clearTimeout(timer)
  }
}
