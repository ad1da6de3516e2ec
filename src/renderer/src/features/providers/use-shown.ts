import { useEffect, useState } from 'react'
import type { Account } from '../../../../preload/accounts.ts'

/** So many are shown of a long list, until the others are asked for. */
const FIRST_SHOWN = 20

/** Added at a time, so that the page answers while a long list grows. */
const STEP = 10

/** The first so many, and wherever they stand the active one and the one the user was sent here for. */
export function shownOf(
  accounts: readonly Account[],
  count: number,
  focusAccountId: string | undefined,
): readonly Account[] {
  if (accounts.length <= count) return accounts
  return accounts.filter((one, index) => index < count || one.active || one.id === focusAccountId)
}

/** As much of a provider's accounts as is worth rendering now. */
export function useShown(accounts: readonly Account[], focusAccountId: string | undefined) {
  const [all, setAll] = useState(false)
  const [count, setCount] = useState(FIRST_SHOWN)
  const more = all && count < accounts.length
  useEffect(() => {
    if (!more) return
    const timer = setTimeout(() => setCount(count + STEP))
    return () => clearTimeout(timer)
  }, [more, count])
  const shown = shownOf(accounts, count, focusAccountId)
  return { shown, rest: !all && shown.length < accounts.length, showAll: () => setAll(true) }
}
