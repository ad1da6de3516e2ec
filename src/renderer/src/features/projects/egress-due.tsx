import type { Project } from '../../../../preload/shapes.ts'
import { useProjects, useStatus } from '../../context.ts'
import { useAction } from '../../lib/use-action.ts'
import { Button } from '../../ui/button.tsx'
import { Note } from '../../ui/notes.tsx'
import { showFailure } from '../shell/notices.ts'
import { confinesOf } from './egress-field.tsx'
import { dueWords } from './egress-words.ts'

/** Says that a changed policy does not hold for every program yet, and offers the restart it waits for. */
export function EgressDue({
  project,
  className,
}: {
  readonly project: Project
  readonly className?: string
}) {
  const words = dueWords(project, useStatus(confinesOf))
  const act = useProjects((state) => state.act)
  const { busy, run } = useAction()
  if (words === undefined) return null
  const restart = () =>
    run(async () => {
      const answer = await act('restart', project.id)
      if (!answer.ok) showFailure(answer.error)
      return answer
    })
  return (
    <Note
      kind="warning"
      {...(className === undefined ? {} : { className })}
      actions={
        <Button size="sm" busy={busy} onClick={() => void restart()}>
          Restart
        </Button>
      }
    >
      {words}
    </Note>
  )
}
