import { Play } from 'lucide-react'
import type { Project } from '../../../../preload/shapes.ts'
import { useConversations, useProjects } from '../../context.ts'
import { useLasting } from '../../lib/hooks.ts'
import { useAction } from '../../lib/use-action.ts'
import { Button } from '../../ui/button.tsx'
import { Note } from '../../ui/notes.tsx'
import { FixButtons } from '../projects/fix-buttons.tsx'
import { isUp } from '../projects/project-states.ts'
import { showFailure } from '../shell/notices.ts'

export interface RestNoteProps {
  readonly project: Project
  readonly onSettings: () => void
}

/** How long a running project may show its saved conversation before that is said, in milliseconds. */
const SOON_LIVE = 1500

/** Why nothing can be sent now, or why what is shown may be old, and the way out of it. */
export function RestNote({ project, onSettings }: RestNoteProps) {
  const saved = useConversations(({ talks: { [project.id]: talk } }) => {
    return talk?.source === 'saved' && talk.messages.length > 0
  })
  const load = useConversations((state) => state.load)
  const up = isUp(project.state)
  const unreached = useLasting(up && saved, SOON_LIVE)
  if (up)
    return unreached ? (
      <Strip text="OpenCode could not be asked. This is the saved conversation.">
        <Button size="sm" onClick={() => void load(project.id)}>
          Try again
        </Button>
      </Strip>
    ) : null
  if (project.state === 'failed' && project.problem !== undefined)
    return (
      <div className={PLACE}>
        <Note actions={<FixButtons project={project} code={project.problem.code} onSettings={onSettings} />}>
          {project.problem.message}
        </Note>
      </div>
    )
  const word = project.state === 'stopping' ? 'Stopping.' : 'Stopped.'
  return (
    <Strip text={saved ? `${word} This is the saved conversation.` : word}>
      {project.state === 'stopped' && <StartButton project={project} />}
    </Strip>
  )
}

const PLACE = 'mx-auto mb-2 w-full max-w-190 shrink-0 px-6'

function Strip({ text, children }: { readonly text: string; readonly children: React.ReactNode }) {
  return (
    <div className={PLACE}>
      <div className="flex min-h-10 items-center gap-3 rounded-sm border border-line bg-sunken py-1 pr-1.5 pl-3">
        <span className="min-w-0 flex-1 text-muted">{text}</span>
        {children}
      </div>
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
