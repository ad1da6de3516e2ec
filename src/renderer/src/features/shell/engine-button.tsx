import { Container } from 'lucide-react'
import { useStatus } from '../../context.ts'
import { FootButton, type FootButtonProps } from './foot-button.tsx'
import type { AppStatusNow } from './status-store.ts'

type Story = Omit<FootButtonProps, 'collapsed' | 'icon'>

export function EngineButton({ collapsed }: { readonly collapsed: boolean }) {
  const engine = useStatus((state) => state.status?.engine)
  return <FootButton collapsed={collapsed} icon={Container} {...engineStory(engine)} />
}

/** What the engine's state means to somebody who wants to run a project. */
export function engineStory(engine: AppStatusNow['engine'] | undefined): Story {
  const name = 'Engine'
  if (engine === undefined || engine.state === 'checking')
    return {
      name,
      tone: 'rest',
      moving: true,
      word: 'checking',
      facts: [],
      children: 'Berth is looking for a container engine.',
    }
  switch (engine.state) {
    case 'ready':
      return {
        // Its name carries the short version already.
        name: engine.name,
        tone: 'ok',
        word: 'ready',
        facts: [
          ['Version', engine.version],
          ['Address', engine.address],
        ],
        children: 'Projects run in containers on this engine.',
      }
    case 'starting':
      return {
        name,
        tone: 'busy',
        moving: true,
        word: 'starting',
        facts: [['Address', engine.address]],
        children: engine.reason,
      }
    case 'unavailable':
      return { name, tone: 'trouble', facts: [], ...absent(engine) }
  }
}

/** Why there is no engine, and what still works. */
function absent({ code, reason }: Extract<AppStatusNow['engine'], { state: 'unavailable' }>) {
  return {
    word: code === 'engine_denied' ? 'no permission' : 'not found',
    children: (
      <>
        <p>{reason}</p>
        <p className="mt-1.5 text-muted">
          Until then a project can run without a container; it is then not isolated from your files.
        </p>
      </>
    ),
  }
}
