import type { Budget } from '../../preload/usage.ts'

/** An amount in each unit a budget may have. */
export type Amount = Readonly<Record<Budget['unit'], number>>

/** Whose request it is, and of which kind as far as its size goes. */
export interface Asked {
  readonly projectId: string
  readonly providerId: string
  readonly accountId: string
  /** Empty when it is not known. */
  readonly modelId: string
}

/** What requests under way will probably use. In memory alone: a crash ends them, and with them what they hold. */
export interface UnderWay {
  /** A request goes out. What is answered with ends that; calling it again does nothing. */
  begin(asked: Asked): () => void
  /** For all requests under way of one project, or with one account. */
  of(scope: Budget['scope'], targetId: string): Amount
  /** What a request came to, so that the next of its kind can be guessed. */
  learn(asked: Asked, used: Amount): void
}

/** Requests of one kind that a guess is the mean of. They grow with a conversation and shrink when it is compacted. */
const MEAN_OF = 8
/** Kinds that are remembered; the one that has been there for longest goes first, and is soon learnt anew. */
const MOST_KINDS = 1000

const NOTHING: Amount = { usd: 0, tokens: 0 }

/** Any account would use the same for it, so accounts that take over from each other need not learn anew. */
const kindOf = ({ projectId, providerId, modelId }: Asked): string =>
  `${projectId}\0${providerId}\0${modelId}`

/** The last amounts of a kind, and their mean. Changed in place: every request is learnt from. */
interface Kind {
  readonly last: Amount[]
  readonly mean: { usd: number; tokens: number }
}

function learnFrom({ last, mean }: Kind, used: Amount): void {
  last.push(used)
  if (last.length > MEAN_OF) last.shift()
  mean.usd = 0
  mean.tokens = 0
  for (const { usd, tokens } of last) {
    mean.usd += usd / last.length
    mean.tokens += tokens / last.length
  }
}

interface Held {
  requests: number
  usd: number
  tokens: number
}

/** Sums of what is held, by project or by account. */
function createSums() {
  const sums = new Map<string, Held>()
  return {
    of: (id: string): Amount => sums.get(id) ?? NOTHING,
    add(id: string, { usd, tokens }: Amount): void {
      const sum = sums.get(id)
      if (sum === undefined) sums.set(id, { requests: 1, usd, tokens })
      else {
        sum.requests += 1
        sum.usd += usd
        sum.tokens += tokens
      }
    },
    take(id: string, { usd, tokens }: Amount): void {
      const sum = sums.get(id)
      if (sum === undefined) return
      sum.requests -= 1
      sum.usd -= usd
      sum.tokens -= tokens
      // What adding and taking fractions leaves. The sum stays: a map that something is put into and taken out of with
      // every request is made anew over and over.
      if (sum.requests === 0) Object.assign(sum, NOTHING)
    },
  }
}

export function createUnderWay(): UnderWay {
  const kinds = new Map<string, Kind>()
  const held = { project: createSums(), account: createSums() }
  return {
    begin(asked) {
      // A copy: what is taken back later is what was added.
      const guess = { ...(kinds.get(kindOf(asked))?.mean ?? NOTHING) }
      held.project.add(asked.projectId, guess)
      held.account.add(asked.accountId, guess)
      let over = false
      return () => {
        if (over) return
        over = true
        held.project.take(asked.projectId, guess)
        held.account.take(asked.accountId, guess)
      }
    },
    of: (scope, targetId) => held[scope].of(targetId),
    learn(asked, used) {
      // One that was refused or broke off at once shows nothing of what an answer uses.
      if (used.tokens === 0) return
      const key = kindOf(asked)
      const kind = kinds.get(key) ?? { last: [], mean: { ...NOTHING } }
      learnFrom(kind, used)
      kinds.set(key, kind)
      const [first] = kinds.size > MOST_KINDS ? kinds.keys() : []
      if (first !== undefined) kinds.delete(first)
    },
  }
}
