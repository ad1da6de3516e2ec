import {
  Activity,
  Anchor,
  ChartColumn,
  KeyRound,
  PanelLeft,
  Search,
  Settings,
  SquareTerminal,
} from 'lucide-react'
import type { ReactNode } from 'react'
import { useBudgets, useGo, usePlace, useProjects, useProviders, useUi } from '../../context.ts'
import { cx } from '../../lib/cx.ts'
import { useMedia } from '../../lib/hooks.ts'
import { isMac } from '../../lib/keys.ts'
import { IconButton } from '../../ui/button.tsx'
import { Kbd } from '../../ui/kbd.tsx'
import { Tooltip } from '../../ui/tooltip.tsx'
import { needsUser } from '../projects/project-states.ts'
import { needsRepair } from '../providers/account-names.ts'
import { EngineButton } from './engine-button.tsx'
import { GatewayButton } from './gateway-button.tsx'
import { RailProjects } from './rail-projects.tsx'
import type { Place } from './route-store.ts'

const ICON = { size: 16, strokeWidth: 1.75, 'aria-hidden': true } as const

/** The places, and at the foot what everything stands on. Narrow windows show icons only. */
export function Rail() {
  const narrow = useMedia('(max-width: 999px)')
  const collapsed = useUi((state) => state.railCollapsed) || narrow
  return (
    <nav
      aria-label="Places"
      className={cx('flex shrink-0 flex-col border-r border-line bg-sunken', collapsed ? 'w-13' : 'w-52')}
    >
      <Head collapsed={collapsed} narrow={narrow} />
      <SearchButton collapsed={collapsed} />
      <Places collapsed={collapsed} />
      <div className="mt-auto border-t border-line p-2">
        <EngineButton collapsed={collapsed} />
        <GatewayButton collapsed={collapsed} />
      </div>
    </nav>
  )
}

interface Collapsible {
  readonly collapsed: boolean
}

function Head({ collapsed, narrow }: Collapsible & { readonly narrow: boolean }) {
  const toggleRail = useUi((state) => state.toggleRail)
  return (
    <div className={cx('flex h-12 items-center', collapsed ? 'justify-center' : 'justify-between pr-2 pl-4')}>
      {!collapsed && <span className="text-title font-semibold tracking-tight">Berth</span>}
      {narrow ? (
        <Anchor {...ICON} size={18} className="text-accent" />
      ) : (
        <IconButton label={collapsed ? 'Widen the rail' : 'Narrow the rail'} onClick={toggleRail}>
          <PanelLeft {...ICON} />
        </IconButton>
      )}
    </div>
  )
}

function Places({ collapsed }: Collapsible) {
  const waiting = useProjects((state) => state.projects?.filter(needsUser).length ?? 0)
  const broken = useProviders((state) => state.accounts?.filter(needsRepair).length ?? 0)
  const spent = useBudgets((state) => state.budgets?.filter((one) => one.state === 'reached').length ?? 0)
  return (
    <ul className="mt-2 space-y-0.5 px-2">
      <PlaceLink
        collapsed={collapsed}
        place={{ page: 'projects' }}
        label="Projects"
        digit={1}
        badge={waiting}
        badgeText="need you"
      >
        <SquareTerminal {...ICON} />
      </PlaceLink>
      {!collapsed && <RailProjects />}
      <PlaceLink
        collapsed={collapsed}
        place={{ page: 'providers' }}
        label="Providers"
        digit={2}
        badge={broken}
        badgeText="accounts need repair"
      >
        <KeyRound {...ICON} />
      </PlaceLink>
      <PlaceLink collapsed={collapsed} place={{ page: 'activity' }} label="Activity" digit={3}>
        <Activity {...ICON} />
      </PlaceLink>
      <PlaceLink
        collapsed={collapsed}
        place={{ page: 'usage' }}
        label="Usage"
        digit={4}
        badge={spent}
        badgeText="budgets used up"
      >
        <ChartColumn {...ICON} />
      </PlaceLink>
      <PlaceLink collapsed={collapsed} place={{ page: 'settings' }} label="Settings" digit={5}>
        <Settings {...ICON} />
      </PlaceLink>
    </ul>
  )
}

function SearchButton({ collapsed }: Collapsible) {
  const setOverlay = useUi((state) => state.setOverlay)
  return (
    <div className="px-2">
      <button
        type="button"
        aria-label={collapsed ? 'Find or do anything' : undefined}
        aria-keyshortcuts={isMac ? 'Meta+K' : 'Control+K'}
        onClick={() => setOverlay('palette')}
        className={cx(
          'flex h-8 w-full items-center gap-2 rounded-sm border border-line bg-raised text-muted hover:border-line-strong',
          collapsed ? 'justify-center' : 'px-2',
        )}
      >
        <Search size={14} strokeWidth={1.75} aria-hidden="true" />
        {!collapsed && (
          <>
            <span className="flex-1 text-left text-sm">Find or do</span>
            <Kbd keys="mod+k" />
          </>
        )}
      </button>
    </div>
  )
}

interface PlaceLinkProps {
  readonly collapsed: boolean
  readonly place: Place
  readonly label: string
  readonly digit: number
  readonly badge?: number
  readonly badgeText?: string
  readonly children: ReactNode
}

const HOME: Readonly<Record<Place['page'], Place['page']>> = {
  projects: 'projects',
  project: 'projects',
  'new-project': 'projects',
  providers: 'providers',
  'add-provider': 'providers',
  import: 'providers',
  activity: 'activity',
  usage: 'usage',
  settings: 'settings',
}

function PlaceLink({ collapsed, place, label, digit, badge = 0, badgeText = '', children }: PlaceLinkProps) {
  const here = usePlace()
  const go = useGo()
  const current = HOME[here.page] === place.page
  const button = (
    <button
      type="button"
      aria-current={current ? 'page' : undefined}
      aria-label={collapsed ? `${label}${badge > 0 ? `, ${badge} ${badgeText}` : ''}` : undefined}
      onClick={() => go(place)}
      className={cx(
        'relative flex h-8 w-full items-center gap-2.5 rounded-sm',
        collapsed ? 'justify-center' : 'px-2',
        current ? 'bg-accent-soft font-medium text-fg' : 'text-muted hover:bg-hover hover:text-fg',
      )}
    >
      {children}
      {!collapsed && <span className="flex-1 text-left">{label}</span>}
      {badge > 0 && <Badge count={badge} text={badgeText} corner={collapsed} />}
    </button>
  )
  return (
    <li>
      {collapsed ? (
        <Tooltip text={label} keys={`alt+${digit}`} side="right">
          {button}
        </Tooltip>
      ) : (
        button
      )}
    </li>
  )
}

interface BadgeProps {
  readonly count: number
  readonly text: string
  readonly corner: boolean
}

function Badge({ count, text, corner }: BadgeProps) {
  return (
    <span
      className={cx(
        'min-w-4.5 rounded-full bg-waiting px-1 text-center text-[11px] leading-4.5 font-semibold text-bg',
        corner && 'absolute -top-1 -right-0.5',
      )}
    >
      {count} <span className="sr-only">{text}</span>
    </span>
  )
}
