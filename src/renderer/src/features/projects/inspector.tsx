import { Tabs } from '@base-ui/react/tabs'
import type { Project } from '../../../../preload/shapes.ts'
import type { InspectorTab } from '../shell/ui-store.ts'
import { LogsTab } from './log-view.tsx'
import { NetworkTab } from './network-tab.tsx'
import { ProjectSettings } from './project-settings.tsx'
import { RequestsTab } from './requests-tab.tsx'

const TABS: readonly { readonly value: InspectorTab; readonly label: string }[] = [
  { value: 'requests', label: 'Requests' },
  { value: 'network', label: 'Network' },
  { value: 'logs', label: 'Logs' },
  { value: 'settings', label: 'Settings' },
]

export interface InspectorProps {
  readonly project: Project
  readonly tab: InspectorTab
  readonly onTab: (tab: InspectorTab) => void
}

/** What goes on behind a conversation. */
export function Inspector({ project, tab, onTab }: InspectorProps) {
  return (
    <Tabs.Root
      value={tab}
      onValueChange={(value: InspectorTab) => onTab(value)}
      render={<aside aria-label="Inspector" />}
      className="flex min-h-0 flex-1 flex-col"
    >
      <Tabs.List className="flex h-9 shrink-0 gap-1 border-b border-line px-2">
        {TABS.map(({ value, label }) => (
          <Tabs.Tab
            key={value}
            value={value}
            className="-mb-px border-b-2 border-transparent px-2 text-muted -outline-offset-2 hover:text-fg data-active:border-accent data-active:font-medium data-active:text-fg"
          >
            {label}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      <Tabs.Panel value="requests" className="flex min-h-0 flex-1 flex-col outline-none">
        <RequestsTab projectId={project.id} />
      </Tabs.Panel>
      <Tabs.Panel value="network" className="flex min-h-0 flex-1 flex-col outline-none">
        <NetworkTab project={project} />
      </Tabs.Panel>
      <Tabs.Panel value="logs" className="flex min-h-0 flex-1 flex-col outline-none">
        <LogsTab projectId={project.id} />
      </Tabs.Panel>
      <Tabs.Panel value="settings" className="min-h-0 flex-1 overflow-y-auto outline-none">
        <ProjectSettings key={project.id} project={project} />
      </Tabs.Panel>
    </Tabs.Root>
  )
}
