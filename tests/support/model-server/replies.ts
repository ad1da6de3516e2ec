import type { Step } from './types.ts'

/** Text, written in pieces of `pieces` (default: word by word) with `delayMs` between them. */
export function say(text: string, options: { delayMs?: number; pieces?: readonly string[] } = {}): Step {
  const chunks = options.pieces ?? text.match(/\S+\s*|\s+/g) ?? [text]
  return { do: 'text', chunks, delayMs: options.delayMs ?? 0 }
}

/** Reasoning, where the format has a place for it. */
export function think(text: string): Step {
  return { do: 'reasoning', text }
}

/** A tool call; the client runs the tool and asks again with its result. */
export function useTool(name: string, input: Readonly<Record<string, unknown>>): Step {
  return { do: 'tool', name, input }
}

/** An HTTP error with the vendor's error body, before any answer. */
export function fault(
  status: number,
  options: { message?: string; headers?: Readonly<Record<string, string>> } = {},
): Step {
  return {
    do: 'fault',
    status,
    message: options.message ?? `scripted fault ${status}`,
    headers: options.headers ?? {},
  }
}

/** Destroys the socket in the middle of the answer. */
export function cut(): Step {
  return { do: 'cut' }
}

/** An error the vendor reports inside a stream that began well. */
export function streamError(message: string): Step {
  return { do: 'error', message }
}

export interface Gate {
  /** Put this step where the answer shall hang. */
  readonly step: Step
  open(): void
}

/** A point where the answer waits until the test opens it. */
export function gate(): Gate {
  const { promise, resolve } = Promise.withResolvers<void>()
  return { step: { do: 'wait', until: promise }, open: resolve }
}
