import { z } from 'zod'
import { budget } from '../../preload/usage.ts'
import type { Database } from '../db/database.ts'
import type { NewBudget } from './types.ts'

const row = z
  .object({
    id: z.string(),
    scope: budget.shape.scope,
    target_id: z.string(),
    period: budget.shape.period,
    unit: budget.shape.unit,
    amount: z.number().positive(),
  })
  .transform(({ target_id, amount, ...same }) => ({ ...same, targetId: target_id, limit: amount }))
export type StoredBudget = z.output<typeof row>

/** The limits the user set. */
export function createBudgetRepo(db: Database) {
  return {
    list: (): StoredBudget[] =>
      db
        .prepare('SELECT * FROM budget ORDER BY scope, target_id, period, unit')
        .all()
        .map((found) => row.parse(found)),
    save: (id: string, { scope, targetId, period, unit, limit }: NewBudget) =>
      db
        .prepare(
          `INSERT INTO budget (id, scope, target_id, period, unit, amount) VALUES (?, ?, ?, ?, ?, ?)
           ON CONFLICT (scope, target_id, period, unit) DO UPDATE SET amount = excluded.amount`,
        )
        .run(id, scope, targetId, period, unit, limit),
    /** False when there is none. */
    remove: (id: string): boolean => db.prepare('DELETE FROM budget WHERE id = ?').run(id).changes > 0,
  }
}
