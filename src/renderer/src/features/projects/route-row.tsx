import { type ReactNode, useState } from 'react'
import type { Route } from '../../../../preload/shapes.ts'
import { useProviders } from '../../context.ts'
import { cx } from '../../lib/cx.ts'
import { absoluteTime, clockTime, duration } from '../../lib/format.ts'
import { accountName } from '../providers/account-names.ts'
import { attemptWords, chainOf, routeFacts, routeLine } from './route-words.ts'
import { outcomeOf } from './routes.ts'

/** `12:04:31 work 200 3.1 s`, why this account, and what it took; it opens to everything that is known. */
export function RouteRow({ route }: { readonly route: Route }) {
  const [open, setOpen] = useState(false)
  const account = useProviders((state) => state.accounts?.find((one) => one.id === route.accountId))
  // One that has been removed since is known by its label alone.
  const name = account === undefined ? route.accountLabel : accountName(account)
  const chain = chainOf(route)
  const line = routeLine(route)
  return (
    <div>
      <button
        type="button"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
        className="block w-full px-3 py-2 text-left -outline-offset-2 hover:bg-hover"
      >
        <span className="flex items-baseline gap-2.5">
          <RouteTime route={route} />
          <span className="min-w-0 flex-1 truncate font-medium">{name ?? route.host}</span>
          <RouteEnding route={route} />
        </span>
        <span className={cx('block text-sm text-muted', open ? 'break-words' : 'truncate')}>
          {route.reason}
        </span>
        {!open && chain !== undefined && <span className="block text-sm text-fg">{chain}</span>}
        {!open && line !== '' && <span className="block text-sm text-muted">{line}</span>}
      </button>
      {open && <Details route={route} />}
    </div>
  )
}

function Details({ route }: { readonly route: Route }) {
  const attempts = route.attempts ?? []
  return (
    <div className="px-3 pt-1 pb-2.5 text-sm">
      <dl className="grid grid-cols-[auto_1fr] gap-x-3 gap-y-0.5">
        {attempts.length > 0 && (
          <Fact name={attempts.length === 1 ? 'Try' : 'Tries'}>
            <ol>
              {attempts.map((attempt, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: tries are only ever added at the end
                <li key={index} className={cx(attempt.failure !== undefined && 'text-trouble')}>
                  {attemptWords(attempt)}
                </li>
              ))}
            </ol>
          </Fact>
        )}
        {routeFacts(route).map(([name, value]) => (
          <Fact key={name} name={name}>
            {value}
          </Fact>
        ))}
      </dl>
      <div className="mt-1 font-mono text-[11.5px] leading-4 break-all text-muted">
        {route.method} {route.host}
        {route.path}
      </div>
    </div>
  )
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <>
      <dt className="text-muted">{name}</dt>
      <dd className="min-w-0 break-words">{children}</dd>
    </>
  )
}

export function RouteTime({ route }: { readonly route: Route }) {
  return (
    <time className="shrink-0 text-sm text-muted" title={absoluteTime(route.at)}>
      {clockTime(route.at)}
    </time>
  )
}

export function RouteEnding({ route }: { readonly route: Route }) {
  const { word, tone } = outcomeOf(route)
  return (
    <>
      <span className={cx('shrink-0 text-sm', TONES[tone])}>{word}</span>
      <span className="w-12 shrink-0 text-right text-sm text-muted">
        {route.durationMs === undefined ? '' : duration(route.durationMs)}
      </span>
    </>
  )
}

const TONES = { ok: 'font-medium text-ok', trouble: 'font-medium text-trouble', muted: 'text-muted' } as const
