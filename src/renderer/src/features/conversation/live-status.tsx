import { useEffect, useRef, useState } from 'react'
import type { Talk } from './reducer.ts'

/** Tells screen readers what matters of a conversation, once each: never every token. */
export function LiveStatus({ talk }: { readonly talk: Talk | undefined }) {
  const [said, setSaid] = useState('')
  const before = useRef<string>(undefined)
  const asked = talk?.permissions[0]?.title
  const state = talk?.activity.state
  useEffect(() => {
    const words = wordsFor(state, asked, before.current)
    before.current = asked === undefined ? state : 'asked'
    if (words !== undefined) setSaid(words)
  }, [asked, state])
  return (
    <div role="status" aria-live="polite" className="sr-only">
      {said}
    </div>
  )
}

/** What to say of a new state; undefined where nothing has happened that needs saying. */
export function wordsFor(
  state: Talk['activity']['state'] | undefined,
  asked: string | undefined,
  before: string | undefined,
): string | undefined {
  if (asked !== undefined) return `Permission needed: ${asked}. Y allows once, N rejects.`
  if (state === before || state === undefined) return undefined
  if (state === 'busy') return 'OpenCode is working.'
  if (state === 'retry') return 'The provider did not answer; OpenCode tries again.'
  return before === undefined ? '' : 'The answer is finished.'
}
