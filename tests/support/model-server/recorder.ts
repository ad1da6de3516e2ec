import type { RecordedRequest } from './types.ts'

type Mutable = { -readonly [K in keyof RecordedRequest]: RecordedRequest[K] }

interface Waiter {
  readonly predicate: (request: RecordedRequest) => boolean
  readonly found: (request: RecordedRequest) => void
}

/** Keeps what arrived and wakes the tests that wait for it. */
export interface Recorder {
  readonly requests: readonly RecordedRequest[]
  add(request: RecordedRequest): RecordedRequest
  /** Notes how the answer to a request ended. */
  ended(request: RecordedRequest, how: 'aborted' | 'finished'): void
  waitFor(predicate: (request: RecordedRequest) => boolean, timeoutMs: number): Promise<RecordedRequest>
  clear(): void
}

export function createRecorder(): Recorder {
  const requests: Mutable[] = []
  const waiters = new Set<Waiter>()

  const wake = (request: RecordedRequest) => {
    for (const waiter of waiters) if (waiter.predicate(request)) waiter.found(request)
  }

  return {
    requests,
    add(request) {
      requests.push(request)
      wake(request)
      return request
    },
    ended(request, how) {
      const kept = requests.find((each) => each === request)
      if (kept === undefined) return
      kept[how] = true
      wake(kept)
    },
    waitFor(predicate, timeoutMs) {
      const past = requests.find(predicate)
      if (past !== undefined) return Promise.resolve(past)
      const { promise, resolve, reject } = Promise.withResolvers<RecordedRequest>()
      const waiter: Waiter = { predicate, found: resolve }
      const seen = () => requests.map((each) => `${each.method} ${each.host}${each.path}`).join(', ')
      const timer = setTimeout(
        () => reject(new Error(`no such request in ${timeoutMs} ms; there were: ${seen() || 'none'}`)),
        timeoutMs,
      )
      waiters.add(waiter)
      return promise.finally(() => {
        clearTimeout(timer)
        waiters.delete(waiter)
      })
    },
    clear() {
      requests.length = 0
    },
  }
}
