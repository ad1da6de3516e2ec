import type { Project } from '../../../../preload/shapes.ts'
import { useGo, useProjects } from '../../context.ts'
import { useAction } from '../../lib/use-action.ts'
import { Confirm } from '../../ui/dialog.tsx'
import { Note } from '../../ui/notes.tsx'
import { showDone } from '../shell/notices.ts'

export interface RemoveProjectProps {
  readonly project: Project
  readonly open: boolean
  readonly onClose: () => void
}

export function RemoveProject({ project, open, onClose }: RemoveProjectProps) {
  const remove = useProjects((state) => state.remove)
  const go = useGo()
  const action = useAction()
  const confirm = async () => {
    const done = await action.run(() => remove(project.id))
    if (done === undefined) return
    onClose()
    go({ page: 'projects' })
    showDone(`${project.name} was removed.`)
  }
  return (
    <Confirm
      open={open}
      onClose={onClose}
      title={`Remove ${project.name}?`}
      description={
        <>
          Its {project.runtime === 'docker' ? 'container' : 'process'} and its OpenCode history are removed.
          The folder <code className="break-all text-fg">{project.folder}</code> is not touched.
        </>
      }
      action="Remove project"
      busy={action.busy}
      error={action.error !== undefined && <Note className="mt-3">{action.error.message}</Note>}
      onConfirm={() => void confirm()}
    />
  )
}
