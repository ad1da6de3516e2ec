import type { Account, Pin } from '../../../../preload/accounts.ts'
import type { Project } from '../../../../preload/shapes.ts'
import { accountName, successorOf } from './account-names.ts'
import { choiceOf } from './choice.ts'
import { type PinNames, placeWords } from './pin-words.ts'

export interface Surroundings {
  readonly accounts: readonly Account[]
  readonly pins: readonly Pin[]
  readonly projects: readonly Project[]
  readonly names: PinNames
  readonly provider: string
}

/** What follows from disconnecting an account, as sentences. */
export function consequencesOf(account: Account, around: Surroundings): string[] {
  const { accounts, pins, projects, names, provider } = around
  const name = accountName(account)
  const own = pins.filter((pin) => pin.accountId === account.id)
  const users = projects.filter((project) => choiceOf(project, accounts, pins).account?.id === account.id)
  const next = successorOf(account, accounts)
  const sentences: string[] = []
  if (own.length > 0)
    sentences.push(
      `It is pinned ${listed(own.map((pin) => placeWords(pin, names)))}. ${own.length === 1 ? 'That pin goes' : 'Those pins go'} with it.`,
    )
  if (account.active && next !== undefined)
    sentences.push(`${accountName(next)} becomes the active account of ${provider}.`)
  if (users.length > 0) {
    const who = listed(users.map((project) => project.name))
    sentences.push(
      next === undefined
        ? `${who} ${users.length === 1 ? 'uses' : 'use'} it now, and no other account can be used: requests fail until you connect one.`
        : `${who} ${users.length === 1 ? 'uses' : 'use'} ${name} now, and another account from the next request on.`,
    )
  }
  return sentences
}

/** `a`, `a and b`, `a, b and c`; of many, the first five and how many more. */
export function listed(words: readonly string[]): string {
  const shown = words.length > 6 ? [...words.slice(0, 5), `${words.length - 5} more`] : words
  if (shown.length < 2) return shown[0] ?? ''
  return `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`
}
