import type { Account } from '../../../preload/accounts.ts'
import type { Pool } from '../../../preload/pools.ts'
import type { Choice } from '../../accounts/types.ts'
import type { Failure } from '../failure/types.ts'
import type { Standing } from './standing.ts'

/** Where standings are kept between two runs of Berth. SQL is the repo's. */
export interface StandingStore {
  all(): { readonly accountId: string; readonly family: string; readonly standing: Standing }[]
  /** May be late by a second; a crash then costs what was learnt in it. */
  save(accountId: string, family: string, standing: Standing): void
  /** Nobody will ask for it again. */
  drop(accountId: string, family: string): void
}

/** What a request is about, as far as accounts care. */
export interface Errand {
  readonly providerId: string
  readonly choice: Choice
  /** Of its model; empty when that is not known. */
  readonly family: string
  /** The OpenCode session it belongs to. */
  readonly session: string | undefined
  readonly projectId: string
}

/** The account for the next try of a request. */
export interface Turn {
  readonly account: Account
  /** One sentence: why this one. */
  readonly reason: string
  /** Its credential was refused the last time it was used. */
  readonly refusedBefore: boolean
  /** False when others learnt meanwhile that the account is limited: no more is to be sent with it. */
  isFree(): boolean
  /** The vendor asked for a rest just now, which is not over for so long. Milliseconds. */
  readonly rest: number
  /** The vendor asks for a short rest: nobody is to ask this account before that is over. Milliseconds. */
  rests(ms: number): void
  /** It serves because the account requests usually use cannot. */
  readonly takesOver: boolean
  /** A good answer has begun: whoever waits for the account need not wait for its end. */
  answered(): void
  /** A good answer came. Of this and the next two the first one called counts. */
  succeeded(): void
  failed(failure: Failure): void
  /** Nothing was sent, or the client left before anything could be told. */
  givenBack(): void
}

/** No account can be used now. */
export interface Nobody {
  /** When the first one is free, in milliseconds since the epoch; undefined when that is not known. */
  readonly freeAt: number | undefined
  /** What the vendor said of that one; may be empty. */
  readonly said: string
  /** One sentence: who is cooling and why. */
  readonly reason: string
}

export interface Pools {
  /** Takes an account for a try, leaving out those tried already. */
  take(errand: Errand, tried: ReadonlySet<string>): Turn | Nobody
  /**
   * When it is worth to ask again for an account but those in `spent`: in milliseconds since the epoch, infinite while
   * other requests find out; undefined when there is none.
   */
  nextChance(errand: Errand, spent: ReadonlySet<string>): number | undefined
  /** Calls back whenever an account may have become free. Answers with what ends that. */
  onChance(listener: () => void): () => void
  /** The user chose another active account: sessions no longer keep theirs. */
  forgetSessions(providerId: string): void
  /** The user says that an account is to be tried now; for all its models without a family. */
  reset(accountId: string, family?: string): void
  /** What a screen shows of an account. */
  standings(accountId: string): Pool['accounts'][number]['standings']
  /** The account is gone. */
  forget(accountId: string): void
}
