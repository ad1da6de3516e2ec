import { type DragEvent, type KeyboardEvent, useMemo, useState } from 'react'
import type { Account } from '../../../../preload/accounts.ts'
import { useProviders } from '../../context.ts'
import { useStable } from '../../lib/hooks.ts'
import { showFailure } from '../shell/notices.ts'
import { accountName } from './account-names.ts'
import { droppedAt, movedBy, sameOrder } from './order.ts'

interface Target {
  readonly id: string
  readonly after: boolean
}

/** What one row shows of it. */
export interface RowOrder {
  readonly first: boolean
  readonly last: boolean
  readonly dragged: boolean
  /** Where a dropped row would go. */
  readonly mark: 'before' | 'after' | undefined
}

/** What rows do; the same functions for the life of the list, so that a row is rendered for its own sake only. */
export interface OrderActs {
  begin(event: DragEvent<HTMLElement>, account: Account): void
  end(): void
  over(event: DragEvent<HTMLElement>, account: Account): void
  drop(event: DragEvent<HTMLElement>): void
  press(event: KeyboardEvent, account: Account): void
  move(account: Account, places: number): void
}

/** Puts the accounts of a provider in another order: by dragging, by the menu, by Alt and an arrow. */
export function useOrder(providerId: string, accounts: readonly Account[]) {
  const reorder = useProviders((state) => state.reorder)
  const [dragged, setDragged] = useState<string>()
  const [target, setTarget] = useState<Target>()
  const [said, setSaid] = useState('')
  const ids = accounts.map((account) => account.id)
  const put = async (account: Account, next: readonly string[]) => {
    if (sameOrder(ids, next)) return
    setSaid(`${accountName(account)} is now ${next.indexOf(account.id) + 1} of ${next.length}.`)
    const answer = await reorder(providerId, next)
    if (!answer.ok) showFailure(answer.error)
  }
  const end = useStable(() => {
    setDragged(undefined)
    setTarget(undefined)
  })
  const move = useStable(
    (account: Account, places: number) => void put(account, movedBy(ids, account.id, places)),
  )
  const begin = useStable((event: DragEvent<HTMLElement>, account: Account) =>
    setDragged(take(event, account)),
  )
  const over = useStable((event: DragEvent<HTMLElement>, { id }: Account) => {
    if (dragged === undefined) return
    event.preventDefault()
    const next = { id, after: isBelowMiddle(event) }
    if (next.id !== target?.id || next.after !== target.after) setTarget(next)
  })
  const drop = useStable((event: DragEvent<HTMLElement>) => {
    event.preventDefault()
    const account = accounts.find((one) => one.id === dragged)
    if (account !== undefined && target !== undefined) void put(account, droppedAt(ids, account.id, target))
    end()
  })
  const acts = useMemo(
    (): OrderActs => ({
      begin,
      end,
      over,
      drop,
      press: (event, account) => press(event, account, move),
      move,
    }),
    [begin, end, over, drop, move],
  )
  const of = ({ id }: Account): RowOrder => ({
    first: id === ids[0],
    last: id === ids.at(-1),
    dragged: dragged === id,
    mark: target?.id === id && dragged !== id ? (target.after ? 'after' : 'before') : undefined,
  })
  return { of, acts, said }
}

/** What a row listens for. */
export const listenersOf = (acts: OrderActs, account: Account) => ({
  onDragOver: (event: DragEvent<HTMLElement>) => acts.over(event, account),
  onDrop: acts.drop,
  onKeyDownCapture: (event: KeyboardEvent) => acts.press(event, account),
})

/** Alt and an arrow. */
function press(event: KeyboardEvent, account: Account, move: OrderActs['move']): void {
  const places = event.altKey ? ({ ArrowUp: -1, ArrowDown: 1 }[event.key] ?? 0) : 0
  if (places === 0) return
  event.preventDefault()
  event.stopPropagation()
  move(account, places)
}

function take(event: DragEvent<HTMLElement>, account: Account): string {
  event.dataTransfer.effectAllowed = 'move'
  event.dataTransfer.setData('text/plain', accountName(account))
  const row = event.currentTarget.closest('[data-account]')
  if (row !== null) event.dataTransfer.setDragImage(row, 16, 20)
  return account.id
}

function isBelowMiddle(event: DragEvent<HTMLElement>): boolean {
  const box = event.currentTarget.getBoundingClientRect()
  return event.clientY > box.top + box.height / 2
}
