import { Pin as PinIcon, X } from 'lucide-react'
import type { Account, Pin } from '../../../../preload/accounts.ts'
import { usePins } from '../../context.ts'
import { IconButton } from '../../ui/button.tsx'
import { showFailure } from '../shell/notices.ts'
import { accountName, isUsable } from './account-names.ts'
import { pinKey, placeWords, sortPins } from './pin-words.ts'
import { usePinNames } from './use-pin-names.ts'

export interface CardPinsProps {
  readonly providerId: string
  readonly accounts: readonly Account[]
}

/** Where accounts of a provider are pinned, the narrowest first. */
export function CardPins({ providerId, accounts }: CardPinsProps) {
  const all = usePins((state) => state.pins)
  const names = usePinNames(providerId)
  const pins = sortPins(
    (all ?? []).filter((pin) => pin.providerId === providerId),
    names,
  )
  if (pins.length === 0) return null
  return (
    <ul aria-label="Pins" className="border-t border-line bg-bg px-4 py-1.5">
      {pins.map((pin) => (
        <PinRow
          key={pinKey(pin)}
          pin={pin}
          account={accounts.find((one) => one.id === pin.accountId)}
          place={placeWords(pin, names)}
        />
      ))}
    </ul>
  )
}

interface PinRowProps {
  readonly pin: Pin
  readonly account: Account | undefined
  readonly place: string
}

function PinRow({ pin, account, place }: PinRowProps) {
  const remove = usePins((state) => state.remove)
  const name = account === undefined ? 'An account that is gone' : accountName(account)
  const unpin = async () => {
    const { accountId: _accountId, ...where } = pin
    const answer = await remove(where)
    if (!answer.ok) showFailure(answer.error)
  }
  return (
    <li className="flex min-h-7 items-center gap-2 text-sm">
      <PinIcon size={12} strokeWidth={1.75} aria-hidden="true" className="mx-0.5 shrink-0 text-muted" />
      <span className="min-w-0 flex-1 truncate pl-0.5 text-muted">
        <span className="text-fg">{name}</span> is pinned {place}
        {account !== undefined && !isUsable(account) && `, and passed over while it is ${account.state}`}
      </span>
      <IconButton label={`Take away: ${name} ${place}`} className="-mr-1" onClick={() => void unpin()}>
        <X size={14} strokeWidth={1.75} aria-hidden="true" />
      </IconButton>
    </li>
  )
}
