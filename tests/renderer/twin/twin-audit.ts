import type { AuditEntry, AuditFilter } from '../../../src/preload/audit.ts'
import type { MethodName } from '../../../src/preload/contract.ts'
import type { Handlers, TwinCore } from './twin.ts'

export function createAuditHandlers({
  world,
}: TwinCore): Pick<Handlers, Extract<MethodName, `audit.${string}`>> {
  return {
    'audit.list': ({ filter, before, limit }) =>
      world.audit
        .filter((entry) => fits(entry, filter) && (before === undefined || entry.id < before))
        .slice(0, limit),
    'audit.export': ({ filter }) => {
      const entries = world.audit.filter((entry) => fits(entry, filter)).toReversed()
      const text = entries.map((entry) => `${JSON.stringify(entry)}\n`).join('')
      return { name: 'berth-activity.jsonl', text, entries: entries.length }
    },
  }
}

function fits(entry: AuditEntry, filter: AuditFilter): boolean {
  const same = (['providerId', 'accountId', 'projectId', 'surface'] as const).every(
    (name) => filter[name] === undefined || entry[name] === filter[name],
  )
  const text = [entry.accountLabel, entry.projectName, entry.detail, entry.providerId].join(' ').toLowerCase()
  return (
    same &&
    (filter.subject === undefined || entry.action.startsWith(`${filter.subject}.`)) &&
    (filter.from === undefined || entry.at >= filter.from) &&
    (filter.to === undefined || entry.at <= filter.to) &&
    text.includes((filter.text ?? '').toLowerCase())
  )
}
