import { ShieldQuestion } from 'lucide-react'
import { useEffect, useRef, useState, useSyncExternalStore } from 'react'
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
  { answer: 'reject', key: 'n', label: 'Reject' },
  // Last, so that its key's mark comes and goes without moving another button.
  { answer: 'always', key: 'a', label: 'Always allow' },
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
  const card = useRef<HTMLFieldSetElement>(null)
  useAnswerKeys(first, answer)
  useEffect(() => {
    card.current?.scrollIntoView({ block: 'nearest' })
  }, [])
  return (
    <fieldset
      ref={card}
      aria-label={`Permission: ${permission.title}`}
      className="rise mt-3 min-w-0 rounded-lg border border-waiting/50 bg-waiting-soft p-3"
    >
      <div className="flex items-center gap-2">
        <ShieldQuestion size={16} strokeWidth={1.75} aria-hidden="true" className="shrink-0 text-waiting" />
        <span className="min-w-0 flex-1 font-medium">
          OpenCode asks to {ACTS[permission.kind] ?? `use ${permission.kind}`}
        </span>
      </div>
      <pre
        {...reachable}
        className="mt-2 max-h-40 overflow-auto rounded-xs border border-line bg-raised px-2.5 py-2 leading-[18px] break-all whitespace-pre-wrap"
      >
        {askedFor(permission).join('\n')}
      </pre>
      <Answers given={given} keys={first} onAnswer={answer} />
    </fieldset>
  )
}

const ACTS: Readonly<Record<string, string>> = {
  bash: 'run a command',
  edit: 'change a file',
  webfetch: 'fetch a page',
}

/** Exactly what is asked for; of a command its parts are not said again. */
export function askedFor({ title, patterns }: Pick<Permission, 'title' | 'patterns'>): string[] {
  return [title, ...patterns.filter((pattern) => !title.includes(pattern))]
}

interface AnswersProps {
  readonly given: PermissionAnswer | undefined
  /** True where the keys work and are shown. */
  readonly keys: boolean
  readonly onAnswer: (answer: PermissionAnswer) => void
}

function Answers({ given, keys, onAnswer }: AnswersProps) {
  const writing = useWriting()
  const works = (answer: PermissionAnswer) => keys && (answer !== 'always' || !writing)
  return (
    <div className="mt-2.5 flex flex-wrap gap-2">
      {ANSWERS.map(({ answer, key, label }) => (
        <Button
          key={answer}
          size="sm"
          kind={answer === 'once' ? 'primary' : 'plain'}
          disabled={given !== undefined}
          busy={given === answer}
          aria-keyshortcuts={works(answer) ? key : undefined}
          onClick={() => onAnswer(answer)}
        >
          {label}
          {works(answer) && <Kbd keys={key} inverted={answer === 'once'} />}
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
    const found = answerOf(event.key, placeOf(event.target))
    if (found === undefined || document.querySelector('[role="dialog"]') !== null) return
    event.preventDefault()
    if (Date.now() - since > TOO_SOON) answer(found)
  })
}

/** Where a key was pressed: outside of text, in the composer while it is empty, or where somebody writes. */
export type KeyPlace = 'page' | 'empty-composer' | 'text'

function placeOf(target: EventTarget | null): KeyPlace {
  if (!isTyping(target)) return 'page'
  const empty = target instanceof HTMLTextAreaElement && target.id === 'composer' && target.value === ''
  return empty ? 'empty-composer' : 'text'
}

/**
 * What a key answers. The composer has the focus most of the time, so while it is empty it lets Y and N through; not A,
 * for "always" cannot be taken back and many a sentence begins with it.
 */
export function answerOf(key: string, place: KeyPlace): PermissionAnswer | undefined {
  const answer = ANSWERS.find((one) => one.key === key.toLowerCase())?.answer
  if (place === 'text' || (place === 'empty-composer' && answer === 'always')) return undefined
  return answer
}

/** True while the focus is where one writes. */
function useWriting(): boolean {
  return useSyncExternalStore(
    (changed) => {
      document.addEventListener('focusin', changed)
      document.addEventListener('focusout', changed)
      return () => {
        document.removeEventListener('focusin', changed)
        document.removeEventListener('focusout', changed)
      }
    },
    () => isTyping(document.activeElement),
  )
}
