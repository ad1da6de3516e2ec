import { Check } from 'lucide-react'
import type { ReactNode } from 'react'
import { useGo, useProviders, useStatus, useStores } from '../../context.ts'
import { cx } from '../../lib/cx.ts'
import { useTitle } from '../../lib/hooks.ts'
import { Button } from '../../ui/button.tsx'
import { Page } from '../../ui/page.tsx'
import { RecheckButton } from '../shell/foot-button.tsx'
import type { AppStatusNow } from '../shell/status-store.ts'
import { ImportOfferLine } from './import-offer.tsx'

/** The projects page while there is no project: three lines that tick themselves. */
export function FirstRun() {
  useTitle('Welcome')
  const accounts = useProviders((state) => state.accounts)
  const connected = (accounts?.length ?? 0) > 0
  return (
    <Page
      narrow
      title="Three steps to a first answer"
      lead="Berth runs OpenCode in a container for each project, and keeps your keys outside of it."
    >
      <ol className="divide-y divide-line overflow-hidden rounded-lg border border-line bg-raised">
        <EngineStep />
        <ProviderStep connected={connected} />
        <ProjectStep next={connected} />
      </ol>
      <ImportOfferLine />
      <p className="mt-4 text-sm text-muted">
        Keys stay in your vault on this machine. Containers get placeholders, worth nothing elsewhere.
      </p>
    </Page>
  )
}

interface StepProps {
  readonly number: number
  readonly done: boolean
  readonly title: string
  readonly children: ReactNode
  readonly actions?: ReactNode
}

function Step({ number, done, title, children, actions }: StepProps) {
  return (
    <li className="flex gap-4 px-5 py-4">
      <span
        className={cx(
          'mt-0.5 flex size-6 shrink-0 items-center justify-center rounded-full text-sm font-semibold',
          done ? 'bg-ok-soft text-ok' : 'border border-line-strong text-muted',
        )}
      >
        {done ? <Check size={14} strokeWidth={2.25} aria-hidden="true" /> : number}
        {done && <span className="sr-only">Done</span>}
      </span>
      <div className="min-w-0 flex-1">
        <div className="font-medium">{title}</div>
        <div className="text-muted">{children}</div>
        {actions !== undefined && <div className="mt-3 flex flex-wrap gap-2">{actions}</div>}
      </div>
    </li>
  )
}

function EngineStep() {
  const engine = useStatus((state) => state.status?.engine)
  const { newProject } = useStores()
  const go = useGo()
  const without = () => {
    newProject.getState().change({ runtime: 'process' })
    go({ page: 'new-project' })
  }
  if (engine?.state === 'ready')
    return (
      <Step number={1} done title={`${engine.name} found`}>
        Projects run in containers.
      </Step>
    )
  const missing = engine?.state === 'unavailable'
  return (
    <Step
      number={1}
      done={false}
      title={missing ? 'A container engine is needed' : 'Looking for a container engine'}
      actions={
        missing && (
          <>
            <RecheckButton />
            <Button size="sm" onClick={without}>
              Run without a container
            </Button>
          </>
        )
      }
    >
      {engineSentence(engine)}
      {missing && ' Without a container the agent can reach every file you can.'}
    </Step>
  )
}

function engineSentence(engine: AppStatusNow['engine'] | undefined): string {
  if (engine?.state === 'unavailable' || engine?.state === 'starting') return engine.reason
  return 'This takes a moment.'
}

function ProviderStep({ connected }: { readonly connected: boolean }) {
  const go = useGo()
  const name = useProviders((state) => {
    const first = state.accounts?.[0]?.providerId
    return state.providers?.find((provider) => provider.id === first)?.name
  })
  const count = useProviders((state) => state.providers?.length)
  const add = () => go({ page: 'add-provider', first: true })
  if (connected)
    return (
      <Step
        number={2}
        done
        title={`${name ?? 'A provider'} connected`}
        actions={
          <Button size="sm" onClick={add}>
            Add another
          </Button>
        }
      >
        The key is in the vault.
      </Step>
    )
  return (
    <Step
      number={2}
      done={false}
      title="Connect a provider"
      actions={
        <Button kind="primary" onClick={add}>
          Connect a provider
        </Button>
      }
    >
      {count === undefined
        ? 'Paste an API key.'
        : `Paste an API key of one of ${count} providers, or of your own server.`}
    </Step>
  )
}

function ProjectStep({ next }: { readonly next: boolean }) {
  const go = useGo()
  return (
    <Step
      number={3}
      done={false}
      title="Make a project"
      actions={
        <Button kind={next ? 'primary' : 'plain'} onClick={() => go({ page: 'new-project' })}>
          New project
        </Button>
      }
    >
      Choose a folder. Berth starts OpenCode on it, and you can ask.
    </Step>
  )
}
