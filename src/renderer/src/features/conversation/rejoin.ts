import type { ConversationChange } from '../../../../preload/conversation.ts'
import type { Talk } from './reducer.ts'

/**
 * Leaves out the deltas a snapshot already contains. Snapshot and events travel apart, so changes gathered while the
 * snapshot was on its way may be older or newer than it. Every other change says the whole of its thing and may be
 * applied twice; a delta may not. The snapshot's text ends with those deltas it has seen: the longest such run goes.
 */
export function withoutSeenDeltas(talk: Talk, changes: readonly ConversationChange[]): ConversationChange[] {
  const seen = new Set<ConversationChange>()
  for (const run of deltaRuns(changes).values()) {
    const text = textOf(talk, run[0]?.messageId, run[0]?.partId)
    for (let count = run.length; count > 0; count -= 1) {
      const head = run.slice(0, count)
      if (!text.endsWith(head.map((delta) => delta.text).join(''))) continue
      for (const delta of head) seen.add(delta)
      break
    }
  }
  return changes.filter((change) => !seen.has(change))
}

type Delta = Extract<ConversationChange, { type: 'delta' }>

/** Deltas by part, up to the first change that gives the whole part and so settles the matter. */
function deltaRuns(changes: readonly ConversationChange[]): Map<string, Delta[]> {
  const runs = new Map<string, Delta[]>()
  const settled = new Set<string>()
  for (const change of changes) {
    if (change.type === 'part') settled.add(change.part.id)
    if (change.type !== 'delta' || settled.has(change.partId)) continue
    runs.set(change.partId, [...(runs.get(change.partId) ?? []), change])
  }
  return runs
}

function textOf(talk: Talk, messageId: string | undefined, partId: string | undefined): string {
  const message = talk.messages.findLast((one) => one.id === messageId)
  const part = message?.parts.find((one) => one.id === partId)
  return part?.type === 'text' || part?.type === 'reasoning' ? part.text : ''
}
