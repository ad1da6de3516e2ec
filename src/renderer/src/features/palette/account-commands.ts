import type { Account } from '../../../../preload/accounts.ts'
import type { Envelope } from '../../../../preload/contract.ts'
import type { Stores } from '../../stores.ts'
import { accountName, isUsable } from '../providers/account-names.ts'
import { coolingNow, standingsOf } from '../providers/pool-words.ts'
import type { TestResult } from '../providers/tests-store.ts'
import { verdictWords } from '../providers/verdicts.ts'
import { showDone, showFailure, showNotice } from '../shell/notices.ts'
import type { Command } from './commands.ts'

/** What can be done with each account, and the search for servers on this machine. */
export function accountCommands(stores: Stores): Command[] {
  const { accounts = [], providers = [] } = stores.providers.getState()
  const nameOf = (account: Account) =>
    providers.find((provider) => provider.id === account.providerId)?.name ?? account.providerId
  const inCatalog = (account: Account) => providers.some((provider) => provider.id === account.providerId)
  const called = (account: Account) => `${nameOf(account)} ${accountName(account)}`
  const { activate, setEnabled } = stores.providers.getState()
  const make = (id: string, label: string, keywords: string, run: () => void): Command => ({
    id,
    label,
    keywords,
    group: 'Accounts',
    run,
  })
  const usable = accounts.filter(inCatalog)
  return [
    ...usable
      .filter((account) => !account.active && isUsable(account))
      .map((account) =>
        make(
          `use-${account.id}`,
          `Switch ${nameOf(account)} to ${accountName(account)}`,
          'account use active',
          () => void tell(activate(account.id), 'is used from the next request on.'),
        ),
      ),
    ...usable.map((account) =>
      make(`test-${account.id}`, `Test ${called(account)}`, 'account check connection key', () => {
        void stores.tests
          .getState()
          .test(account.id)
          .then((result) => tellTest(called(account), result))
      }),
    ),
    ...usable
      .filter((account) => isCooling(stores, account))
      .map((account) =>
        make(
          `try-${account.id}`,
          `Try ${called(account)} now`,
          'account limit cooldown quota reset',
          () => void tryNow(stores, account),
        ),
      ),
    ...usable.map((account) =>
      make(`pin-${account.id}`, `Pin ${called(account)} …`, 'account project model', () =>
        later(() => stores.asks.getState().open({ what: 'pin', accountId: account.id })),
      ),
    ),
    ...accounts.map((account) => {
      const off = account.state === 'disabled'
      return make(
        `able-${account.id}`,
        `${off ? 'Enable' : 'Disable'} ${called(account)}`,
        'account on off',
        () => void tell(setEnabled(account.id, off), off ? 'is enabled.' : 'is disabled.'),
      )
    }),
    make('local-servers', 'Find local servers', 'ollama lm studio llama.cpp own custom provider', () =>
      later(() => stores.asks.getState().open({ what: 'local-servers' })),
    ),
  ]
}

/** After the palette has closed and given the focus back. */
const later = (run: () => void) => void setTimeout(run, 60)

function isCooling(stores: Stores, { providerId, id }: Account): boolean {
  const pool = stores.pools.getState().pools?.[providerId]
  return coolingNow(standingsOf(pool, id), Date.now()).length > 0
}

async function tryNow(stores: Stores, account: Account): Promise<void> {
  const result = await stores.pools.getState().reset(account.id)
  if (result.ok) showDone(`The next request may go by ${accountName(account)} again.`)
  else showFailure(result.error)
}

async function tell(answer: Promise<Envelope<Account>>, words: string): Promise<void> {
  const result = await answer
  if (result.ok) showDone(`${accountName(result.value)} ${words}`)
  else showFailure(result.error)
}

function tellTest(name: string, result: TestResult): void {
  if (result.state === 'failed') showFailure(result.failure)
  if (result.state !== 'done') return
  const { verdict, message } = result.check
  const text = `${name}: ${verdictWords[verdict].word}. ${message}`
  showNotice({ id: name, level: verdict === 'good' ? 'info' : 'warning', text })
}
