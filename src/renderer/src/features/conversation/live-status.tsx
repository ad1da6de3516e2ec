import { useEffect, useRef, useState } from 'react'
import type { Talk } from './reducer.ts'

/** Tells screen readers what matters of a conversation, once each: never every token. */
export function LiveStatus({ talk }: { readonly talk: Talk | undefined }) {
  const [said, setSaid] = useState('')
  const was = useRef<string>(undefined)
  const asked = talk?.permissions[0]?.title
  const state = talk?.activity.state
  useEffect(() => {
    const before = was.current
    was.current = state
    if (asked !== undefined) setSaid(`Permission needed: ${asked}. Y allows once, A always, N rejects.`)
    else if (state === 'busy' && before !== 'busy') setSaid('OpenCode is working.')
    else if (state === 'retry') setSaid('The provider did not answer; OpenCode tries again.')
    else if (state === 'idle' && before !== undefined && before !== 'idle') setSaid('The answer is finished.')
  }, [asked, state])
  return (
    <div role="status" aria-live="polite" className="sr-only">
      {said}
    </div>
  )
}
