import { MessageSquareText } from 'lucide-react'
import { useCallback, useEffect } from 'react'
import type { Message } from '../../../../preload/conversation.ts'
import type { Problem, Project } from '../../../../preload/shapes.ts'
import { useConversations } from '../../context.ts'
import { LoadNote } from '../../ui/load-note.tsx'
import { EmptyState, Note, Skeleton } from '../../ui/notes.tsx'
import { FixButtons } from '../projects/fix-buttons.tsx'
import { ActivityLine } from './activity-line.tsx'
import { Composer } from './composer.tsx'
import { factsOf, turnAt } from './facts.ts'
import { LiveStatus } from './live-status.tsx'
import { MessageList } from './message-list.tsx'
import { MessageView, UserText } from './message-view.tsx'
import { PermissionCard } from './permission-card.tsx'
import { lastPromptOf } from './prompts.ts'
import type { Talk } from './reducer.ts'
import { RestNote } from './rest-note.tsx'
import { preloadMarkdown } from './rich-text.tsx'
import { SessionsBar } from './sessions-menu.tsx'
import { useTalk } from './use-talk.ts'

export interface ConversationPaneProps {
  readonly project: Project
  readonly onSettings: () => void
}

/** The conversation of a project, live or saved, and the composer under it. */
export function ConversationPane({ project, onSettings }: ConversationPaneProps) {
  const talk = useConversations((state) => state.talks[project.id])
  const { working, sending, error, endKey, send, again, stop, stopHint } = useTalk(project)
  useEffect(preloadMarkdown, [])
  return (
    <section aria-label="Conversation with OpenCode" className="flex min-h-0 flex-1 flex-col">
      <SessionsBar project={project} />
      {talk === undefined ? (
        <Missing project={project} />
      ) : (
        <Messages
          // Another session begins at its own end.
          key={talk.sessionId ?? ''}
          talk={talk}
          project={project}
          endKey={endKey}
          stopHint={stopHint}
          onSettings={onSettings}
          onRetry={again}
        />
      )}
      {error?.code !== 'project_stopped' && <RestNote project={project} onSettings={onSettings} />}
      <Composer
        project={project}
        working={working}
        sending={sending}
        error={error}
        lastPrompt={lastPromptOf(talk?.messages ?? [])}
        onSend={send}
        onStop={stop}
        onSettings={onSettings}
      />
      <LiveStatus talk={talk} />
    </section>
  )
}

function Missing({ project }: { readonly project: Project }) {
  const error = useConversations((state) => state.errors[project.id])
  const load = useConversations((state) => state.load)
  return (
    <div className="mx-auto w-full max-w-190 flex-1 px-6 py-6">
      {error === undefined ? (
        <Skeleton rows={6} />
      ) : (
        <LoadNote message={error.message} onRetry={() => load(project.id)} />
      )}
    </div>
  )
}

interface MessagesProps extends ConversationPaneProps {
  readonly talk: Talk
  readonly endKey: number
  readonly stopHint: boolean
  readonly onRetry: () => void
}

function Messages({ talk, project, endKey, stopHint, onSettings, onRetry }: MessagesProps) {
  const pending = useConversations((state) => state.pending[project.id])
  const last = talk.messages.length - 1
  const render = useCallback(
    (message: Message, index: number) => (
      <MessageView
        message={message}
        facts={factsOf(turnAt(talk.messages, index))}
        project={project}
        onSettings={onSettings}
        onRetry={index === last ? onRetry : undefined}
      />
    ),
    [project, onSettings, onRetry, talk.messages, last],
  )
  const ghost = pending?.sessionId === talk.sessionId ? pending?.text : undefined
  if (isEmpty(talk) && ghost === undefined) return <Empty project={project} />
  return (
    <MessageList messages={talk.messages} renderMessage={render} endKey={endKey}>
      {ghost !== undefined && <UserText text={ghost} />}
      {talk.problem !== undefined && (
        <ProblemNote project={project} problem={talk.problem} onSettings={onSettings} onRetry={onRetry} />
      )}
      {talk.permissions.map((permission, index) => (
        <PermissionCard
          key={permission.id}
          projectId={project.id}
          permission={permission}
          first={index === 0}
        />
      ))}
      {talk.permissions.length === 0 && (
        <ActivityLine project={project} activity={talk.activity} stopHint={stopHint} />
      )}
    </MessageList>
  )
}

/** True where there is nothing to show of a conversation, nor anything going on. */
function isEmpty({ messages, permissions, activity, problem }: Talk): boolean {
  const quiet = permissions.length === 0 && activity.state === 'idle' && problem === undefined
  return messages.length === 0 && quiet
}

interface ProblemNoteProps extends ConversationPaneProps {
  readonly problem: Problem
  readonly onRetry: () => void
}

/** A problem that belongs to no message. */
function ProblemNote({ project, problem, onSettings, onRetry }: ProblemNoteProps) {
  return (
    <Note
      className="mt-3"
      actions={<FixButtons project={project} code={problem.code} onSettings={onSettings} onRetry={onRetry} />}
    >
      {problem.message}
    </Note>
  )
}

function Empty({ project }: { readonly project: Project }) {
  return (
    <div className="flex flex-1 items-center justify-center">
      <EmptyState icon={<MessageSquareText size={24} strokeWidth={1.5} />} title={`Ask ${project.name}`}>
        OpenCode reads and changes the files in <code className="break-all text-fg">{project.folder}</code>.
        It asks before it does what you have not allowed.
      </EmptyState>
    </div>
  )
}
