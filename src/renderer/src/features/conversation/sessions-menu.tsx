import { ChevronDown, Plus } from 'lucide-react'
import type { Project } from '../../../../preload/shapes.ts'
import { useConversations } from '../../context.ts'
import { relativeTime } from '../../lib/format.ts'
import { useAction } from '../../lib/use-action.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { Menu, MenuChoice } from '../../ui/menu.tsx'
import { isUp } from '../projects/project-states.ts'
import { showFailure } from '../shell/notices.ts'

/** Which session is on show, with the others a click away, and a new one. */
export function SessionsBar({ project }: { readonly project: Project }) {
  const talk = useConversations((state) => state.talks[project.id])
  const load = useConversations((state) => state.load)
  const sessions = talk?.sessions ?? []
  const current = sessions.find((session) => session.id === talk?.sessionId)
  const now = Date.now()
  return (
    <div className="flex h-9 shrink-0 items-center gap-1 border-b border-line px-3.5">
      {sessions.length > 0 ? (
        <Menu
          align="start"
          trigger={
            <Button
              kind="ghost"
              size="sm"
              className="min-w-0 shrink font-normal"
              aria-label={`Session: ${current?.title ?? 'none'}`}
            >
              <span className="truncate">{current?.title || 'New session'}</span>
              <ChevronDown size={14} strokeWidth={1.75} aria-hidden="true" className="shrink-0 text-muted" />
            </Button>
          }
        >
          <MenuChoice
            label="Sessions"
            value={talk?.sessionId ?? ''}
            onChange={(id) => void load(project.id, id)}
            options={sessions.map((session) => ({
              value: session.id,
              label: session.title || 'New session',
              hint: relativeTime(session.updatedAt, now),
            }))}
          />
        </Menu>
      ) : (
        <span className="px-2 text-sm text-muted">New session</span>
      )}
      <NewSession project={project} />
    </div>
  )
}

function NewSession({ project }: { readonly project: Project }) {
  const newSession = useConversations((state) => state.newSession)
  const action = useAction()
  const make = () =>
    action.run(async () => {
      const answer = await newSession(project.id)
      if (!answer.ok) showFailure(answer.error)
      return answer
    })
  return (
    <IconButton
      label="New session"
      className="ml-auto"
      disabled={!isUp(project.state) || action.busy}
      onClick={() => void make()}
    >
      <Plus size={16} strokeWidth={1.75} aria-hidden="true" />
    </IconButton>
  )
}
