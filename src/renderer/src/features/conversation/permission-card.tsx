import { ShieldQuestion } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import type { Permission } from '../../../../preload/conversation.ts'
import { useConversations } from '../../context.ts'
import { useKeys } from '../../lib/hooks.ts'
import { isTyping } from '../../lib/keys.ts'
import { Button } from '../../ui/button.tsx'
import { Kbd } from '../../ui/kbd.tsx'
import { reachable } from '../../ui/reachable.ts'
import { showFailure } from '../shell/notices.ts'
import type { PermissionAnswer } from './conversation-store.ts'

const ANSWERS: readonly {
  readonly answer: PermissionAnswer
  readonly key: string
  readonly label: string
}[] = [
  { answer: 'once', key: 'y', label: 'Allow once' },
  { answer: 'always', key: 'a', label: 'Always' },
  { answer: 'reject', key: 'n', label: 'Reject' },
]

export interface PermissionCardProps {
  readonly projectId: string
  readonly permission: Permission
  /** Only the first of several listens to the keys. */
  readonly first: boolean
}

/** OpenCode asks before it acts; the answer is given here, by button or key. */
export function PermissionCard({ projectId, permission, first }: PermissionCardProps) {
  const send = useConversations((state) => state.answer)
  const [given, setGiven] = useState<PermissionAnswer>()
  const card = useRef<HTMLDivElement>(null)
  const answer = async (choice: PermissionAnswer) => {
    if (given !== undefined) return
    setGiven(choice)
    const result = await send(projectId, permission, choice)
    if (result.ok) return
    setGiven(undefined)
    showFailure(result.error)
  }
  useKeys((event) => {
    if (!first || event.metaKey || event.ctrlKey || event.altKey || event.repeat) return
    // An empty composer lets the keys through; one with a draft is being written in.
    if (isTyping(event.target) && !isEmptyComposer(event.target)) return
    const found = ANSWERS.find(({ key }) => key === event.key.toLowerCase())
    if (found === undefined || document.querySelector('[role="dialog"]') !== null) return
    event.preventDefault()
    void answer(found.answer)
  })
  useEffect(() => {
    card.current?.scrollIntoView({ block: 'nearest' })
  }, [])
  return (
    <section
      ref={card}
      aria-label={`Permission: ${permission.title}`}
      className="rise mt-3 rounded-lg border border-waiting/50 bg-waiting-soft p-3"
    >
      <div className="flex items-center gap-2">
        <ShieldQuestion size={16} strokeWidth={1.75} aria-hidden="true" className="shrink-0 text-waiting" />
        <span className="min-w-0 flex-1 font-medium break-words">{permission.title}</span>
        <span className="rounded-xs border border-waiting/40 px-1.5 font-mono text-[11.5px] text-waiting">
          {permission.kind}
        </span>
      </div>
      {permission.patterns.length > 0 && (
        <pre
          {...reachable}
          className="mt-2 max-h-40 overflow-auto rounded-xs border border-line bg-raised px-2.5 py-2 leading-[18px] break-all whitespace-pre-wrap"
        >
          {permission.patterns.join('\n')}
        </pre>
      )}
      <div className="mt-2.5 flex flex-wrap gap-2">
        {ANSWERS.map(({ answer: choice, key, label }) => (
          <Button
            key={choice}
            size="sm"
            kind={choice === 'once' ? 'primary' : 'plain'}
            disabled={given !== undefined}
            busy={given === choice}
            aria-keyshortcuts={key}
            onClick={() => void answer(choice)}
          >
            {label}
            {first && <Kbd keys={key} inverted={choice === 'once'} />}
          </Button>
        ))}
      </div>
    </section>
  )
}

function isEmptyComposer(target: EventTarget | null): boolean {
  return target instanceof HTMLTextAreaElement && target.id === 'composer' && target.value === ''
}
