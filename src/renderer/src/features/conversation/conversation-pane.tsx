import { MessageSquareText, Play } from 'lucide-react'
import { useCallback, useEffect } from 'react'
import type { Message } from '../../../../preload/conversation.ts'
import type { Project } from '../../../../preload/shapes.ts'
import { useConversations, useProjects } from '../../context.ts'
import { useAction } from '../../lib/use-action.ts'
import { Button } from '../../ui/button.tsx'
import { EmptyState, Note, Skeleton } from '../../ui/notes.tsx'
import { FixButtons } from '../projects/fix-buttons.tsx'
import { isUp } from '../projects/project-states.ts'
import { showFailure } from '../shell/notices.ts'
import { ActivityLine } from './activity-line.tsx'
import { Composer } from './composer.tsx'
import { LiveStatus } from './live-status.tsx'
import { MessageList } from './message-list.tsx'
import { MessageView, UserText } from './message-view.tsx'
import { PermissionCard } from './permission-card.tsx'
import { lastPromptOf } from './prompts.ts'
import type { Talk } from './reducer.ts'
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
        <Note
          actions={
            <Button size="sm" onClick={() => void load(project.id)}>
              Try again
            </Button>
          }
        >
          {error.message}
        </Note>
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
        project={project}
        onSettings={onSettings}
        onRetry={index === last ? onRetry : undefined}
      />
    ),
    [project, onSettings, onRetry, last],
  )
  const ghost = pending !== undefined && pending.sessionId === talk.sessionId
  const empty = talk.messages.length === 0 && !ghost && talk.permissions.length === 0
  if (empty && talk.activity.state === 'idle' && talk.problem === undefined)
    return <Empty project={project} />
  return (
    <MessageList messages={talk.messages} renderMessage={render} endKey={endKey}>
      {ghost && <UserText text={pending.text} />}
      {talk.problem !== undefined && (
        <Note
          className="mt-3"
          actions={
            <FixButtons
              project={project}
              code={talk.problem.code}
              onSettings={onSettings}
              onRetry={onRetry}
            />
          }
        >
          {talk.problem.message}
        </Note>
      )}
      {talk.permissions.map((permission, index) => (
        <PermissionCard
          key={permission.id}
          projectId={project.id}
          permission={permission}
          first={index === 0}
        />
      ))}
      {talk.permissions.length === 0 && <ActivityLine activity={talk.activity} stopHint={stopHint} />}
    </MessageList>
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

/** Why nothing can be sent now, and the way out of it. */
function RestNote({ project, onSettings }: ConversationPaneProps) {
  const saved = useConversations((state) => (state.talks[project.id]?.messages.length ?? 0) > 0)
  if (isUp(project.state)) return null
  return (
    <div className="mx-auto mb-2 w-full max-w-190 shrink-0 px-6">
      {project.state === 'failed' && project.problem !== undefined ? (
        <Note actions={<FixButtons project={project} code={project.problem.code} onSettings={onSettings} />}>
          {project.problem.message}
        </Note>
      ) : (
        <div className="flex items-center gap-3 rounded-sm border border-line bg-sunken py-1.5 pr-1.5 pl-3">
          <span className="min-w-0 flex-1 text-muted">
            {project.state === 'stopping' ? 'Stopping.' : 'Stopped.'}
            {saved && ' This is the saved conversation.'}
          </span>
          {project.state === 'stopped' && <StartButton project={project} />}
        </div>
      )}
    </div>
  )
}

function StartButton({ project }: { readonly project: Project }) {
  const act = useProjects((state) => state.act)
  const action = useAction()
  const start = () =>
    action.run(async () => {
      const answer = await act('start', project.id)
      if (!answer.ok) showFailure(answer.error)
      return answer
    })
  return (
    <Button size="sm" kind="primary" busy={action.busy} onClick={() => void start()}>
      <Play size={14} strokeWidth={1.75} aria-hidden="true" /> Start
    </Button>
  )
}
