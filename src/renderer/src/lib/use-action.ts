import { useRef, useState } from 'react'
import type { Envelope, Failure } from '../../../preload/contract.ts'

export interface Action {
  readonly busy: boolean
  readonly error: Failure | undefined
  clear(): void
  /** Runs one call at a time; a second start while one is under way is ignored. Resolves to the value, if there is one. */
  run<T>(call: () => Promise<Envelope<T>>): Promise<{ value: T } | undefined>
}

/** One button's call: whether it is under way and how it failed. */
export function useAction(): Action {
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<Failure>()
  const running = useRef(false)
  return {
    busy,
    error,
    clear: () => setError(undefined),
    run: async (call) => {
      if (running.current) return undefined
      running.current = true
      setBusy(true)
      setError(undefined)
      const answer = await call()
      running.current = false
      setBusy(false)
      if (answer.ok) return { value: answer.value }
      setError(answer.error)
      return undefined
    },
  }
}
