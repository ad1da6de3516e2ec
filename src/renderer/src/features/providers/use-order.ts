import { type DragEvent, type KeyboardEvent, useState } from 'react'
import type { Account } from '../../../../preload/accounts.ts'
import { useProviders } from '../../context.ts'
import { showFailure } from '../shell/notices.ts'
import { accountName } from './account-names.ts'
import { droppedAt, movedBy, sameOrder } from './order.ts'

interface Target {
  readonly id: string
  readonly after: boolean
}

/** What one row needs to take part. */
export interface RowOrder {
  readonly first: boolean
  readonly last: boolean
  readonly dragged: boolean
  /** Where a dropped row would go. */
  readonly mark: 'before' | 'after' | undefined
  readonly grip: { onDragStart(event: DragEvent<HTMLElement>): void; onDragEnd(): void }
  readonly row: {
    onDragOver(event: DragEvent<HTMLElement>): void
    onDrop(event: DragEvent<HTMLElement>): void
    onKeyDownCapture(event: KeyboardEvent): void
  }
  move(places: number): void
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
  const end = () => {
    setDragged(undefined)
    setTarget(undefined)
  }
  const drop = () => {
    const account = accounts.find((one) => one.id === dragged)
    if (account !== undefined && target !== undefined) void put(account, droppedAt(ids, account.id, target))
    end()
  }
  const of = (account: Account, index: number): RowOrder => {
    const move = (places: number) => void put(account, movedBy(ids, account.id, places))
    return {
      first: index === 0,
      last: index === accounts.length - 1,
      dragged: dragged === account.id,
      mark:
        target?.id === account.id && dragged !== account.id ? (target.after ? 'after' : 'before') : undefined,
      grip: { onDragStart: (event) => setDragged(begin(event, account)), onDragEnd: end },
      row: {
        onDragOver: (event) => {
          if (dragged === undefined) return
          event.preventDefault()
          const next = { id: account.id, after: isBelowMiddle(event) }
          if (next.id !== target?.id || next.after !== target.after) setTarget(next)
        },
        onDrop: (event) => {
          event.preventDefault()
          drop()
        },
        onKeyDownCapture: (event) => {
          const places = event.altKey ? ({ ArrowUp: -1, ArrowDown: 1 }[event.key] ?? 0) : 0
          if (places === 0) return
          event.preventDefault()
          event.stopPropagation()
          move(places)
        },
      },
      move,
    }
  }
  return { of, said }
}

function begin(event: DragEvent<HTMLElement>, account: Account): string {
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
