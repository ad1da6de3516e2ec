import { Waypoints } from 'lucide-react'
import { useStatus } from '../../context.ts'
import { plural } from '../../lib/format.ts'
import { FootButton, type FootButtonProps } from './foot-button.tsx'
import type { AppStatusNow } from './status-store.ts'

export function GatewayButton({ collapsed }: { readonly collapsed: boolean }) {
  const gateway = useStatus((state) => state.status?.gateway)
  return <FootButton collapsed={collapsed} icon={Waypoints} {...gatewayStory(gateway)} />
}

/** What the gateway's state means. */
export function gatewayStory(
  gateway: AppStatusNow['gateway'] | undefined,
): Omit<FootButtonProps, 'collapsed' | 'icon'> {
  const name = 'Gateway'
  if (gateway === undefined || gateway.state === 'starting')
    return {
      name,
      tone: 'busy',
      moving: true,
      word: 'starting',
      facts: [],
      children: 'The gateway is starting.',
    }
  if (gateway.state === 'stopped')
    return { name, tone: 'trouble', word: 'stopped', facts: [], children: gateway.reason }
  return {
    name,
    tone: 'ok',
    word: gateway.accounts === 0 ? 'no accounts' : plural(gateway.accounts, 'account'),
    facts: gateway.addresses.map((address) => ['Listens on', address] as const),
    children:
      gateway.accounts === 0
        ? 'The gateway puts your accounts on the requests of your projects. There is no account yet.'
        : 'Projects get placeholders. The gateway puts the real key on each request, on its way out.',
  }
}
