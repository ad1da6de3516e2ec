import { ChevronRight } from 'lucide-react'
import { memo } from 'react'
import type { Message, Part } from '../../../../preload/conversation.ts'
import type { Project } from '../../../../preload/shapes.ts'
import { useConversations } from '../../context.ts'
import { absoluteTime } from '../../lib/format.ts'
import { CopyButton } from '../../ui/copy-button.tsx'
import { Note } from '../../ui/notes.tsx'
import { FixButtons } from '../projects/fix-buttons.tsx'
import { RichText } from './rich-text.tsx'
import { ToolRow } from './tool-row.tsx'

export interface MessageViewProps {
  readonly message: Message
  /** Cost and tokens of the turn it ends; empty within a turn. */
  readonly facts: string
  readonly project: Project
  readonly onSettings: () => void
  /** Asks the same again; absent where there is nothing to ask again. */
  readonly onRetry?: (() => void) | undefined
}

/** One message. Drawn again only when it has changed. */
export const MessageView = memo(function MessageView(props: MessageViewProps) {
  return props.message.role === 'user' ? <UserMessage message={props.message} /> : <Answer {...props} />
})

function UserMessage({ message }: { readonly message: Message }) {
  const text = message.parts.map((part) => (part.type === 'text' ? part.text : '')).join('')
  return <UserText text={text} title={absoluteTime(message.createdAt)} />
}

/** What the user has said. */
export function UserText({ text, title }: { readonly text: string; readonly title?: string }) {
  return (
    <div className="flex justify-end pt-5 pb-2">
      <div
        title={title}
        className="max-w-[85%] rounded-lg bg-accent-soft px-3.5 py-2 break-words whitespace-pre-wrap"
      >
        <span className="sr-only">You: </span>
        {text}
      </div>
    </div>
  )
}

function Answer({ message, facts, project, onSettings, onRetry }: MessageViewProps) {
  return (
    <div className="group/message relative py-px">
      <span className="sr-only">OpenCode: </span>
      <div className="space-y-0.5">
        {message.parts.map((part) => (
          <PartView key={part.id} part={part} />
        ))}
      </div>
      {message.problem !== undefined && (
        <Note
          className="mt-2"
          actions={
            <FixButtons
              project={project}
              code={message.problem.code}
              onSettings={onSettings}
              onRetry={onRetry}
              without={onRetry === undefined ? ['retry'] : []}
            />
          }
        >
          {message.problem.message}
        </Note>
      )}
      {facts !== '' && <Facts message={message} facts={facts} />}
    </div>
  )
}

function PartView({ part }: { readonly part: Part }) {
  switch (part.type) {
    case 'text':
      return part.text.trim() === '' ? null : (
        <div className="py-1.5">
          <RichText text={part.text} />
        </div>
      )
    case 'reasoning':
      return part.text.trim() === '' ? null : <Reasoning part={part} />
    case 'tool':
      return <ToolRow part={part} />
    case 'note':
      return <div className="px-1.5 text-sm text-muted">{part.text}</div>
  }
}

function Reasoning({ part }: { readonly part: Extract<Part, { type: 'reasoning' }> }) {
  const open = useConversations((state) => state.opened.has(part.id))
  const toggle = useConversations((state) => state.toggle)
  return (
    <div className="-mx-1.5">
      <button
        type="button"
        aria-expanded={open}
        onClick={() => toggle(part.id)}
        className="flex h-7 w-full items-center gap-2 rounded-sm px-1.5 text-left text-muted hover:bg-hover hover:text-fg"
      >
        <ChevronRight
          size={14}
          strokeWidth={1.75}
          aria-hidden="true"
          className={open ? 'shrink-0 rotate-90' : 'shrink-0'}
        />
        <span className="shrink-0 font-medium">Reasoning</span>
        {!open && <span className="min-w-0 truncate">{lastLine(part.text)}</span>}
      </button>
      {open && (
        <div className="ml-3 border-l-2 border-line py-1 pl-4 text-muted">
          <RichText text={part.text} />
        </div>
      )}
    </div>
  )
}

const lastLine = (text: string): string =>
  text
    .trim()
    .split('\n')
    .at(-1)
    ?.replaceAll(/[*_`#]/g, '') ?? ''

interface FactsProps {
  readonly message: Message
  readonly facts: string
}

/** Cost and tokens, on hover and focus; they float, so that showing them moves nothing. */
function Facts({ message, facts }: FactsProps) {
  return (
    <div className="absolute top-full right-0 z-10 -mt-1 flex items-center gap-1 rounded-sm border border-line bg-raised pl-2 text-sm text-muted opacity-0 shadow-sm shadow-shade/20 group-focus-within/message:opacity-100 group-hover/message:opacity-100">
      <span>{facts}</span>
      <CopyButton
        label="Copy the answer"
        text={() => message.parts.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n\n')}
      />
    </div>
  )
}
