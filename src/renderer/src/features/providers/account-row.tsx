import { Radio } from '@base-ui/react/radio'
import { GripVertical } from 'lucide-react'
import { memo, useEffect, useRef, useState } from 'react'
import type { Account } from '../../../../preload/accounts.ts'
import type { Provider } from '../../../../preload/shapes.ts'
import { useAsks, useProviders, useStores, useTests } from '../../context.ts'
import { cx } from '../../lib/cx.ts'
import { StateDot } from '../../ui/state-dot.tsx'
import { Time } from '../../ui/time.tsx'
import { showDone, showFailure } from '../shell/notices.ts'
import { AccountDetails, Until } from './account-details.tsx'
import { type AccountAct, AccountMenu } from './account-menu.tsx'
import { accountName, accountStates, isUsable, successorOf } from './account-names.ts'
import { CoolingLines } from './cooling-lines.tsx'
import { DisconnectAccount } from './disconnect-account.tsx'
import { EditAccount } from './edit-account.tsx'
import { QuotaBars } from './quota-bars.tsx'
import { ReplaceKey } from './replace-key.tsx'
import { TestLine } from './test-line.tsx'
import { listenersOf, type OrderActs, type RowOrder } from './use-order.ts'

export interface AccountRowProps extends RowOrder {
  readonly account: Account
  readonly provider: Provider
  readonly gone: boolean
  /** True for the account the user was sent here for. */
  readonly focus: boolean
  readonly acts: OrderActs
}

type Doing = 'edit' | 'replace' | 'disconnect'

/** One of many: rendered anew only when something of its own has changed. */
export const AccountRow = memo(function AccountRow(props: AccountRowProps) {
  const { account, provider, gone, focus, first, last, acts } = props
  const { doing, setDoing, act } = useActs(account, acts)
  const row = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (focus) row.current?.scrollIntoView({ block: 'center' })
  }, [focus])
  const close = () => setDoing(undefined)
  return (
    <div
      ref={row}
      data-account={account.id}
      {...listenersOf(acts, account)}
      className={cx(
        'group relative px-4 py-2.5',
        focus && 'bg-accent-soft',
        props.dragged && 'opacity-50',
        props.mark === 'before' && 'shadow-[inset_0_2px_0_var(--accent)]',
        props.mark === 'after' && 'shadow-[inset_0_-2px_0_var(--accent)]',
      )}
    >
      {!(first && last) && <Grip account={account} acts={acts} />}
      <div className="flex items-center gap-3">
        <ActiveRadio account={account} />
        <Name account={account} />
        <LastUsed at={account.lastUsedAt} />
        <State account={account} />
        <span className="flex shrink-0">
          <AccountDetails account={account} provider={provider} />
          <AccountMenu account={account} gone={gone} first={first} last={last} onAct={act} />
        </span>
      </div>
      <CoolingLines account={account} />
      {/* Another key is asked for anew. */}
      <QuotaBars key={account.preview} account={account} />
      <TestLine account={account} onReplace={() => setDoing('replace')} />
      {doing === 'edit' && <EditAccount account={account} provider={provider} onClose={close} />}
      {doing === 'replace' && <ReplaceKey account={account} provider={provider} onClose={close} />}
      {doing === 'disconnect' && <DisconnectAccount account={account} provider={provider} onClose={close} />}
    </div>
  )
})

function useActs(account: Account, order: OrderActs) {
  const [doing, setDoing] = useState<Doing>()
  const test = useTests((state) => state.test)
  const open = useAsks((state) => state.open)
  const put = useEnabling(account)
  const acts: Readonly<Record<AccountAct, () => void>> = {
    test: () => void test(account.id),
    edit: () => setDoing('edit'),
    replace: () => setDoing('replace'),
    pin: () => open({ what: 'pin', accountId: account.id }),
    enable: () => void put(true),
    disable: () => void put(false),
    up: () => order.move(account, -1),
    down: () => order.move(account, 1),
    disconnect: () => setDoing('disconnect'),
  }
  return { doing, setDoing, act: (what: AccountAct) => acts[what]() }
}

function useEnabling(account: Account) {
  const setEnabled = useProviders((state) => state.setEnabled)
  const { providers } = useStores()
  return async (enabled: boolean) => {
    const next =
      account.active && !enabled ? successorOf(account, providers.getState().accounts ?? []) : undefined
    const answer = await setEnabled(account.id, enabled)
    if (!answer.ok) showFailure(answer.error)
    else if (next !== undefined)
      showDone(`${accountName(account)} is disabled; ${accountName(next)} is used from the next request on.`)
  }
}

/** For the mouse; the keyboard has the menu, and Alt with an arrow. */
function Grip({ account, acts }: Pick<AccountRowProps, 'account' | 'acts'>) {
  return (
    <span
      draggable
      aria-hidden="true"
      onDragStart={(event) => acts.begin(event, account)}
      onDragEnd={acts.end}
      className="absolute inset-y-0 left-0 flex w-4 cursor-grab items-center justify-center text-muted opacity-0 group-hover:opacity-100"
    >
      <GripVertical size={12} strokeWidth={1.75} />
    </span>
  )
}

function ActiveRadio({ account }: { readonly account: Account }) {
  return (
    <Radio.Root
      value={account.id}
      aria-label={`Use ${accountName(account)}`}
      disabled={!isUsable(account) && !account.active}
      className="flex size-4 shrink-0 items-center justify-center rounded-full border border-line-strong bg-raised data-checked:border-accent data-checked:bg-accent data-disabled:border-line data-disabled:bg-sunken"
    >
      <Radio.Indicator className="size-1.5 rounded-full bg-accent-text" />
    </Radio.Root>
  )
}

function Name({ account }: { readonly account: Account }) {
  const { identity, expiresAt, renewable } = account
  return (
    <div className={cx('min-w-0 flex-1', account.state === 'disabled' && 'text-muted')}>
      <div className="flex items-baseline gap-2">
        <span className="truncate font-medium">{accountName(account)}</span>
        {account.active && <span className="shrink-0 text-sm text-accent">active</span>}
      </div>
      <div className="truncate text-sm text-muted">
        <code className="text-[12px]">{account.preview}</code>
        {identity !== undefined && ` · ${identity.name ?? identity.id}`}
        {expiresAt !== undefined && renewable !== true && (
          <>
            {' · ends '}
            <Until at={expiresAt} />
          </>
        )}
      </div>
    </div>
  )
}

function State({ account }: { readonly account: Account }) {
  const testing = useTests((state) => state.results[account.id]?.state === 'testing')
  return (
    <span className="w-24 shrink-0">
      {testing ? (
        <StateDot tone="busy" word="testing …" moving />
      ) : (
        <StateDot {...accountStates[account.state]} />
      )}
    </span>
  )
}

function LastUsed({ at }: { readonly at: number | undefined }) {
  return (
    <span className="w-32 shrink-0 text-right text-sm text-muted">
      {at === undefined ? (
        'not used yet'
      ) : (
        <>
          used <Time at={at} />
        </>
      )}
    </span>
  )
}
