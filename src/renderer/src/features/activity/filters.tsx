import { Search } from 'lucide-react'
import { useEffect, useMemo, useState } from 'react'
import type { Surface } from '../../../../preload/audit.ts'
import { useActivity, useProjects, useProviders } from '../../context.ts'
import { Combobox } from '../../ui/combobox.tsx'
import { Input } from '../../ui/field.tsx'
import { Select } from '../../ui/select.tsx'
import { accountName } from '../providers/account-names.ts'
import type { ActivityKind, ActivityRange } from './activity-filter.ts'

const KINDS: readonly { value: ActivityKind; label: string }[] = [
  { value: 'all', label: 'Every kind' },
  { value: 'account', label: 'Accounts' },
  { value: 'pin', label: 'Pins' },
  { value: 'pool', label: 'Pools' },
  { value: 'budget', label: 'Budgets' },
  { value: 'provider', label: 'Providers' },
  { value: 'vault', label: 'Vault' },
  { value: 'project', label: 'Projects' },
  { value: 'egress', label: 'Allowed hosts' },
  { value: 'starts', label: 'Starts, step by step' },
  { value: 'settings', label: 'Settings' },
]

const SURFACES: readonly { value: Surface | ''; label: string }[] = [
  { value: '', label: 'From anywhere' },
  { value: 'window', label: 'The window' },
  { value: 'browser', label: 'A browser' },
  { value: 'command', label: 'The berth command' },
  { value: 'tray', label: 'The tray' },
  { value: 'berth', label: 'Berth itself' },
]

const RANGES: readonly { value: ActivityRange; label: string }[] = [
  { value: 'any', label: 'Any time' },
  { value: 'hour', label: 'Last hour' },
  { value: 'day', label: 'Last 24 hours' },
  { value: 'week', label: 'Last 7 days' },
  { value: 'month', label: 'Last 30 days' },
  { value: 'dates', label: 'Between days' },
]

/** What the timeline is narrowed to; each change acts at once. */
export function Filters() {
  const filter = useActivity((state) => state.filter)
  const setFilter = useActivity((state) => state.setFilter)
  return (
    <search aria-label="Filters" className="mb-4 block space-y-2">
      <div className="grid grid-cols-3 gap-2 min-[1100px]:grid-cols-6">
        <TextFilter />
        <AccountFilter />
        <ProjectFilter />
        <Select label="Kind" value={filter.kind} options={KINDS} onChange={(kind) => setFilter({ kind })} />
        <Select
          label="Where from"
          value={filter.surface}
          options={SURFACES}
          onChange={(surface) => setFilter({ surface })}
        />
        <Select
          label="When"
          value={filter.range}
          options={RANGES}
          onChange={(range) => setFilter({ range })}
        />
      </div>
      <Days />
    </search>
  )
}

/** The two days, where days are asked for. */
function Days() {
  const filter = useActivity((state) => state.filter)
  const setFilter = useActivity((state) => state.setFilter)
  if (filter.range !== 'dates') return null
  return (
    <div className="flex items-center justify-end gap-2">
      <Input
        type="date"
        aria-label="First day"
        value={filter.firstDay}
        max={filter.lastDay === '' ? undefined : filter.lastDay}
        className="max-w-38"
        onChange={(event) => setFilter({ firstDay: event.target.value })}
      />
      <span className="text-muted">to</span>
      <Input
        type="date"
        aria-label="Last day"
        value={filter.lastDay}
        min={filter.firstDay === '' ? undefined : filter.firstDay}
        className="max-w-38"
        onChange={(event) => setFilter({ lastDay: event.target.value })}
      />
    </div>
  )
}

/** Asked for once the typing rests. */
function TextFilter() {
  const text = useActivity((state) => state.filter.text)
  const setFilter = useActivity((state) => state.setFilter)
  const [typed, setTyped] = useState(text)
  useEffect(() => setTyped(text), [text])
  useEffect(() => {
    if (typed === text) return
    const timer = setTimeout(() => setFilter({ text: typed }), 200)
    return () => clearTimeout(timer)
  }, [typed, text, setFilter])
  return (
    <div className="relative">
      <Search
        size={14}
        strokeWidth={1.75}
        aria-hidden="true"
        className="absolute top-2.25 left-2.5 text-muted"
      />
      <Input
        type="search"
        aria-label="Search names and details"
        placeholder="Search"
        maxLength={200}
        value={typed}
        className="pl-8"
        onChange={(event) => setTyped(event.target.value)}
      />
    </div>
  )
}

interface Option {
  readonly id: string
  readonly label: string
  readonly hint?: string
}

function PickFilter(props: {
  readonly label: string
  readonly any: string
  readonly options: readonly Option[]
  readonly value: string
  readonly onChange: (id: string) => void
}) {
  const { label, any, options, value, onChange } = props
  const items = [{ id: '', label: any }, ...options]
  const shown = items.find((option) => option.id === value)?.label ?? any
  return (
    <Combobox
      label={label}
      control={{ id: `filter-${label}`, 'aria-describedby': undefined, 'aria-invalid': undefined }}
      items={items}
      value={value}
      shown={
        <>
          <span className="sr-only">{label}: </span>
          <span className="truncate">{shown}</span>
        </>
      }
      width="w-72"
      onChange={(option) => onChange(option.id)}
    />
  )
}

/** The accounts that are here, and those that are gone and still stand in what is shown. */
function AccountFilter() {
  const value = useActivity((state) => state.filter.accountId)
  const entries = useActivity((state) => state.entries.items)
  const setFilter = useActivity((state) => state.setFilter)
  const accounts = useProviders((state) => state.accounts)
  const providers = useProviders((state) => state.providers)
  const options = useMemo(() => {
    const known = new Map<string, Option>()
    const nameOf = (id: string | undefined) => providers?.find((one) => one.id === id)?.name ?? id ?? ''
    for (const one of accounts ?? [])
      known.set(one.id, { id: one.id, label: accountName(one), hint: nameOf(one.providerId) })
    for (const { accountId, accountLabel } of entries)
      if (accountId !== undefined && !known.has(accountId))
        known.set(accountId, { id: accountId, label: accountLabel ?? accountId, hint: 'removed' })
    return [...known.values()]
  }, [accounts, providers, entries])
  return (
    <PickFilter
      label="Account"
      any="Every account"
      options={options}
      value={value}
      onChange={(accountId) => setFilter({ accountId })}
    />
  )
}

function ProjectFilter() {
  const value = useActivity((state) => state.filter.projectId)
  const entries = useActivity((state) => state.entries.items)
  const setFilter = useActivity((state) => state.setFilter)
  const projects = useProjects((state) => state.projects)
  const options = useMemo(() => {
    const known = new Map<string, Option>()
    for (const one of projects ?? []) known.set(one.id, { id: one.id, label: one.name })
    for (const { projectId, projectName } of entries)
      if (projectId !== undefined && !known.has(projectId))
        known.set(projectId, { id: projectId, label: projectName ?? projectId, hint: 'removed' })
    return [...known.values()].toSorted((a, b) => a.label.localeCompare(b.label))
  }, [projects, entries])
  return (
    <PickFilter
      label="Project"
      any="Every project"
      options={options}
      value={value}
      onChange={(projectId) => setFilter({ projectId })}
    />
  )
}
