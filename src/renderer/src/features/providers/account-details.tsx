import { Info } from 'lucide-react'
import type { ReactNode } from 'react'
import type { Account } from '../../../../preload/accounts.ts'
import type { Provider } from '../../../../preload/shapes.ts'
import { usePools } from '../../context.ts'
import { plural, timeUntil } from '../../lib/format.ts'
import { useNow } from '../../lib/hooks.ts'
import { IconButton } from '../../ui/button.tsx'
import { Popover } from '../../ui/popover.tsx'
import { Time } from '../../ui/time.tsx'
import { accountName } from './account-names.ts'
import { standingsOf } from './pool-words.ts'

const TYPES = { api: 'API key', oauth: 'Login', wellknown: 'Token' } as const

export interface AccountDetailsProps {
  readonly account: Account
  readonly provider: Provider
}

/** What is known of an account, and when. */
export function AccountDetails({ account, provider }: AccountDetailsProps) {
  const { identity, expiresAt, renewable, checkedAt, lastUsedAt } = account
  return (
    <Popover
      align="end"
      title={accountName(account)}
      trigger={
        <IconButton label={`Details of ${accountName(account)}`}>
          <Info size={16} strokeWidth={1.75} aria-hidden="true" />
        </IconButton>
      }
    >
      <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1.5">
        <Fact name={TYPES[account.type]}>
          <code>{account.preview}</code>
        </Fact>
        {identity !== undefined && (
          <Fact name={identity.kind === 'user' ? 'User' : 'Organization'}>
            {identity.name ?? identity.id}
            {identity.name !== undefined && <code className="block text-muted">{identity.id}</code>}
          </Fact>
        )}
        {Object.entries(account.fields).map(([name, value]) => (
          <Fact key={name} name={provider.fields.find((field) => field.name === name)?.label ?? name}>
            {value}
          </Fact>
        ))}
        {renewable === true && <Fact name="Renewed">by Berth, when a request needs it</Fact>}
        {expiresAt !== undefined && renewable !== true && (
          <Fact name="Ends">
            <Until at={expiresAt} />
          </Fact>
        )}
        <Fact name="Created">
          <Time at={account.createdAt} />
        </Fact>
        <Fact name="Last used">{lastUsedAt === undefined ? 'not yet' : <Time at={lastUsedAt} />}</Fact>
        <Fact name="Last tested">{checkedAt === undefined ? 'not yet' : <Time at={checkedAt} />}</Fact>
        <Health account={account} />
      </dl>
    </Popover>
  )
}

/** How it does for each family of models; only where it has been used. */
function Health({ account }: { readonly account: Account }) {
  const pool = usePools((state) => state.pools?.[account.providerId])
  const standings = standingsOf(pool, account.id)
  if (standings.length === 0) return null
  return (
    <Fact name="Health">
      {standings.map(({ family, health, tokens }) => (
        <span key={family} className="block">
          {family === '' ? 'other models' : family}: {Math.round(health)} of 100
          <span className="text-muted">, room for {plural(Math.floor(tokens), 'request')}</span>
        </span>
      ))}
    </Fact>
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

/** A moment to come. */
export function Until({ at }: { readonly at: number }) {
  const now = useNow(30_000)
  return <>{timeUntil(at, now)}</>
}
