import type { Message } from '../../../../preload/conversation.ts'
import { dollars, duration, tokens } from '../../lib/format.ts'

/** The messages of the turn that ends with the one at `index`; none where it is not the end of one. */
export function turnAt(messages: readonly Message[], index: number): readonly Message[] {
  if (messages[index]?.role !== 'assistant' || messages[index + 1]?.role === 'assistant') return []
  const prompt = messages.slice(0, index).findLastIndex((message) => message.role === 'user')
  return messages.slice(prompt + 1, index + 1)
}

/** `claude-sonnet · 12.4k in (11k cached) · 812 out · $0.013 · 8.2 s`, of a turn that has ended; else nothing. */
export function factsOf(turn: readonly Message[]): string {
  const first = turn[0]
  const last = turn.at(-1)
  if (first === undefined || last?.completedAt === undefined) return ''
  const facts: string[] = []
  // OpenCode writes the provider before the model's id.
  if (last.model !== undefined) facts.push(last.model.replace(/^[^/]*\//, ''))
  const used = turn.flatMap((message) => message.tokens ?? [])
  if (used.length > 0) {
    const read = sum(used.map((one) => one.cacheRead))
    const cached = read > 0 ? ` (${tokens(read)} cached)` : ''
    const sent = sum(used.map((one) => one.input + one.cacheRead + one.cacheWrite))
    facts.push(
      `${tokens(sent)} in${cached}`,
      `${tokens(sum(used.map((one) => one.output + one.reasoning)))} out`,
    )
  }
  const costs = turn.flatMap((message) => message.cost ?? [])
  if (costs.length > 0) facts.push(dollars(sum(costs)))
  facts.push(duration(last.completedAt - first.createdAt))
  return facts.join(' · ')
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0)
