import { Plus, X } from 'lucide-react'
import { type FormEvent, type RefObject, useEffect, useId, useRef, useState } from 'react'
import type { EgressRule } from '../../../../preload/egress.ts'
import type { EgressPolicy } from '../../../../preload/egress-policy.ts'
import { useEgress, usePlace, useSettings } from '../../context.ts'
import { useAction } from '../../lib/use-action.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { Input } from '../../ui/field.tsx'
import { GroupBox, GroupRow } from '../../ui/group-box.tsx'
import { Note } from '../../ui/notes.tsx'
import { Select } from '../../ui/select.tsx'
import { Switch } from '../../ui/switch.tsx'
import { policies } from '../projects/egress-words.ts'
import { showFailure } from '../shell/notices.ts'

/** What the gateway says, and where projects that keep to the list may go. */
export function GatewaySection() {
  return (
    <GroupBox title="Gateway">
      <SwitchNotices />
      <NewProjects />
      <AllowedHosts />
    </GroupBox>
  )
}

function SwitchNotices() {
  const settings = useSettings((state) => state.settings)
  const update = useSettings((state) => state.update)
  const id = useId()
  if (settings === undefined) return null
  const change = async (said: boolean) => {
    const answer = await update({ muteSwitches: !said })
    if (!answer.ok) showFailure(answer.error)
  }
  return (
    <GroupRow
      title="Say when another account takes over"
      titleId={id}
      action={<Switch labelledBy={id} checked={!settings.muteSwitches} onChange={(on) => void change(on)} />}
    >
      A short notice. Each request tells its account in Requests either way.
    </GroupRow>
  )
}

/** Where projects may go whose user chooses nothing. */
function NewProjects() {
  const settings = useSettings((state) => state.settings)
  const update = useSettings((state) => state.update)
  if (settings === undefined) return null
  const change = async (newProjectEgress: EgressPolicy) => {
    const answer = await update({ newProjectEgress })
    if (!answer.ok) showFailure(answer.error)
  }
  return (
    <GroupRow
      title="Where new projects may go"
      action={
        <div className="w-44">
          <Select
            label="Where new projects may go"
            value={settings.newProjectEgress}
            options={policies.map(({ value, title }) => ({ value, label: title }))}
            onChange={(value) => void change(value)}
          />
        </div>
      }
    >
      {policies.find(({ value }) => value === settings.newProjectEgress)?.text} Each project can differ.
    </GroupRow>
  )
}

function AllowedHosts() {
  const { rules, error, loadRules } = useEgress((state) => state)
  const [open, setOpen] = useState(false)
  const listId = useId()
  const field = useRef<HTMLInputElement>(null)
  const place = usePlace()
  const isWanted = place.page === 'settings' && place.part === 'hosts' && rules !== undefined
  useEffect(() => {
    void loadRules()
  }, [loadRules])
  useEffect(() => {
    if (!isWanted) return
    field.current?.focus({ preventScroll: true })
    field.current?.scrollIntoView({ block: 'center' })
  }, [isWanted])
  if (rules === undefined) return error === undefined ? null : <Note className="m-4">{error.message}</Note>
  const own = rules.filter((rule) => rule.own)
  const given = rules.filter((rule) => !rule.own)
  return (
    <>
      <GroupRow
        title="Allowed hosts"
        action={
          <Button size="sm" aria-expanded={open} aria-controls={listId} onClick={() => setOpen(!open)}>
            {open ? 'Hide' : 'Show'} Berth’s {given.length}
          </Button>
        }
      >
        For projects that may go to hosts on the list only: git hosts, package registries, and yours. A name
        means ports 80 and 443; another port is written with it.
      </GroupRow>
      <div id={listId}>
        {open && (
          <ul aria-label="Hosts that come with Berth" className="divide-y divide-line bg-bg">
            {given.map((rule) => (
              <Rule key={rule.host} rule={rule} />
            ))}
          </ul>
        )}
      </div>
      {own.length > 0 && (
        <ul aria-label="Hosts you added" className="divide-y divide-line">
          {own.map((rule) => (
            <Rule key={rule.host} rule={rule} onGone={() => field.current?.focus()} />
          ))}
        </ul>
      )}
      <AddHost field={field} />
    </>
  )
}

interface RuleProps {
  readonly rule: EgressRule
  /** It was taken away, and with it what had the focus. */
  readonly onGone?: () => void
}

function Rule({ rule, onGone }: RuleProps) {
  const disallow = useEgress((state) => state.disallow)
  const take = async () => {
    const answer = await disallow(rule.host)
    if (answer.ok) onGone?.()
    else showFailure(answer.error)
  }
  return (
    <li className="flex min-h-9 items-center gap-3 px-4 py-1">
      <code className="min-w-0 wrap-anywhere">{rule.host}</code>
      <span className="min-w-0 flex-1 truncate text-sm text-muted" title={rule.purpose}>
        {rule.purpose}
      </span>
      {rule.own && (
        <IconButton label={`Remove ${rule.host}`} className="-mr-1.5" onClick={() => void take()}>
          <X size={14} strokeWidth={1.75} aria-hidden="true" />
        </IconButton>
      )}
    </li>
  )
}

function AddHost({ field }: { readonly field: RefObject<HTMLInputElement | null> }) {
  const allow = useEgress((state) => state.allow)
  const [host, setHost] = useState('')
  const action = useAction()
  const id = useId()
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (host.trim() === '') return
    if ((await action.run(() => allow(host.trim()))) !== undefined) setHost('')
  }
  return (
    <form onSubmit={(event) => void submit(event)} className="px-4 py-3">
      <div className="flex gap-2">
        <Input
          ref={field}
          aria-label="Host to allow"
          aria-describedby={action.error === undefined ? undefined : id}
          aria-invalid={action.error === undefined ? undefined : true}
          value={host}
          placeholder="git.example.com, *.example.com or git.example.com:22"
          className="font-mono text-code"
          onChange={(event) => {
            action.clear()
            setHost(event.target.value)
          }}
        />
        <Button type="submit" busy={action.busy} disabled={host.trim() === ''}>
          <Plus size={14} strokeWidth={1.75} aria-hidden="true" />
          Allow
        </Button>
      </div>
      {action.error !== undefined && (
        <p id={id} role="alert" className="mt-1 text-sm text-trouble">
          {action.error.message}
        </p>
      )}
    </form>
  )
}
