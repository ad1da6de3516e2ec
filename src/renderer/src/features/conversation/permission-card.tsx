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
  const { given, answer } = useAnswer(projectId, permission)
  const card = useRef<HTMLDivElement>(null)
  useAnswerKeys(first, answer)
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
      <Answers given={given} keys={first} onAnswer={answer} />
    </section>
  )
}

interface AnswersProps {
  readonly given: PermissionAnswer | undefined
  /** True where the keys work and are shown. */
  readonly keys: boolean
  readonly onAnswer: (answer: PermissionAnswer) => void
}

function Answers({ given, keys, onAnswer }: AnswersProps) {
  return (
    <div className="mt-2.5 flex flex-wrap gap-2">
      {ANSWERS.map(({ answer, key, label }) => (
        <Button
          key={answer}
          size="sm"
          kind={answer === 'once' ? 'primary' : 'plain'}
          disabled={given !== undefined}
          busy={given === answer}
          aria-keyshortcuts={key}
          onClick={() => onAnswer(answer)}
        >
          {label}
          {keys && <Kbd keys={key} inverted={answer === 'once'} />}
        </Button>
      ))}
    </div>
  )
}

/** Gives one answer; an answer that did not arrive can be given again. */
function useAnswer(projectId: string, permission: Permission) {
  const send = useConversations((state) => state.answer)
  const [given, setGiven] = useState<PermissionAnswer>()
  const answer = async (choice: PermissionAnswer) => {
    if (given !== undefined) return
    setGiven(choice)
    const result = await send(projectId, permission, choice)
    if (result.ok) return
    setGiven(undefined)
    showFailure(result.error)
  }
  return { given, answer: (choice: PermissionAnswer) => void answer(choice) }
}

/** A key pressed sooner after the question has appeared was meant for something else, in milliseconds. */
const TOO_SOON = 300

function useAnswerKeys(on: boolean, answer: (choice: PermissionAnswer) => void): void {
  const [since] = useState(() => Date.now())
  useKeys((event) => {
    if (!on || event.metaKey || event.ctrlKey || event.altKey || event.repeat) return
    // An empty composer lets the keys through; one with a draft is being written in.
    if (isTyping(event.target) && !isEmptyComposer(event.target)) return
    const found = ANSWERS.find(({ key }) => key === event.key.toLowerCase())
    if (found === undefined || document.querySelector('[role="dialog"]') !== null) return
    event.preventDefault()
    if (Date.now() - since > TOO_SOON) answer(found.answer)
  })
}

function isEmptyComposer(target: EventTarget | null): boolean {
  return target instanceof HTMLTextAreaElement && target.id === 'composer' && target.value === ''
}
