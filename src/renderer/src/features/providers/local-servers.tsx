import { Radar } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import type { LocalServer } from '../../../../preload/accounts.ts'
import { useStores } from '../../context.ts'
import { plural } from '../../lib/format.ts'
import { useAction } from '../../lib/use-action.ts'
import { Button } from '../../ui/button.tsx'

export interface LocalServersProps {
  /** Looks at once: that was asked for elsewhere. */
  readonly atOnce: boolean
  readonly onPick: (server: LocalServer) => void
}

/** Model servers that run on this machine; looked for when asked to, and never by itself. */
export function LocalServers({ atOnce, onPick }: LocalServersProps) {
  const { bridge } = useStores()
  const action = useAction()
  const [found, setFound] = useState<readonly LocalServer[]>()
  const look = async () => {
    const answer = await action.run(() => bridge.invoke('providers.findLocal', {}))
    if (answer !== undefined) setFound(answer.value)
  }
  const begun = useRef(false)
  useEffect(() => {
    if (!atOnce || begun.current) return
    begun.current = true
    void look()
  })
  return (
    <section aria-label="Servers on this machine" className="rounded-sm border border-line bg-bg">
      <div className="flex min-h-11 items-center gap-3 px-3 py-1.5">
        <p role="status" className="min-w-0 flex-1 text-sm text-muted">
          {words(action.busy, action.error?.message, found)}
        </p>
        <Button size="sm" busy={action.busy} onClick={() => void look()}>
          <Radar size={14} strokeWidth={1.75} aria-hidden="true" />
          {found === undefined ? 'Find local servers' : 'Look again'}
        </Button>
      </div>
      {found !== undefined && found.length > 0 && (
        <ul className="divide-y divide-line border-t border-line">
          {found.map((server) => (
            <Server key={server.baseUrl} server={server} onPick={() => onPick(server)} />
          ))}
        </ul>
      )}
    </section>
  )
}

function words(busy: boolean, error: string | undefined, found: readonly LocalServer[] | undefined): string {
  if (busy) return 'Looking for Ollama, LM Studio and llama.cpp …'
  if (error !== undefined) return error
  if (found === undefined) return 'Ollama, LM Studio or llama.cpp on this machine?'
  if (found.length === 0) return 'No server answers at the usual ports. Start one, or fill in its address.'
  return `${plural(found.length, 'server')} found.`
}

function Server({ server, onPick }: { readonly server: LocalServer; readonly onPick: () => void }) {
  return (
    <li className="flex items-center gap-3 px-3 py-2">
      <div className="min-w-0 flex-1">
        <div className="flex items-baseline gap-2">
          <span className="font-medium">{server.name}</span>
          <code className="truncate text-[11.5px] text-muted">{server.baseUrl}</code>
        </div>
        <div className="truncate text-sm text-muted">
          {server.models.length === 0 ? 'no models yet' : server.models.map((model) => model.name).join(', ')}
        </div>
      </div>
      <Button size="sm" onClick={onPick}>
        Use {server.name}
      </Button>
    </li>
  )
}
