import { Plus } from 'lucide-react'
import { useMemo } from 'react'
import { useGo, useProjects, useStores } from '../../context.ts'
import { plural } from '../../lib/format.ts'
import { useTitle } from '../../lib/hooks.ts'
import { Button } from '../../ui/button.tsx'
import { LoadNote } from '../../ui/load-note.tsx'
import { Skeleton } from '../../ui/notes.tsx'
import { Page } from '../../ui/page.tsx'
import { FirstRun } from '../onboarding/first-run.tsx'
import { needsUser, sortProjects } from './project-states.ts'
import { ProjectTable } from './project-table.tsx'

export function ProjectsPage() {
  useTitle('Projects')
  const projects = useProjects((state) => state.projects)
  const error = useProjects((state) => state.error)
  if (projects?.length === 0) return <FirstRun />
  return (
    <Page
      title="Projects"
      lead={projects === undefined ? undefined : summary(projects)}
      actions={<NewButton />}
    >
      {projects !== undefined && <Sorted />}
      {projects === undefined && error === undefined && <Skeleton rows={6} />}
      {projects === undefined && error !== undefined && <LoadError message={error.message} />}
    </Page>
  )
}

function Sorted() {
  const projects = useProjects((state) => state.projects)
  const sorted = useMemo(() => sortProjects(projects ?? []), [projects])
  return <ProjectTable projects={sorted} />
}

function summary(projects: Parameters<typeof sortProjects>[0]): string {
  const waiting = projects.filter(needsUser).length
  const running = projects.filter((one) => one.state !== 'stopped' && one.state !== 'failed').length
  const parts = [plural(projects.length, 'project'), running === 0 ? 'none running' : `${running} running`]
  if (waiting > 0) parts.push(`${waiting} ${waiting === 1 ? 'needs' : 'need'} you`)
  return parts.join(', ')
}

function NewButton() {
  const go = useGo()
  return (
    <Button kind="primary" onClick={() => go({ page: 'new-project' })}>
      <Plus size={16} strokeWidth={1.75} aria-hidden="true" />
      New project
    </Button>
  )
}

function LoadError({ message }: { readonly message: string }) {
  const { projects } = useStores()
  return <LoadNote message={message} onRetry={projects.getState().load} />
}
