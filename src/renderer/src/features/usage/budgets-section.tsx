import { Pencil, Plus, X } from 'lucide-react'
import { useEffect } from 'react'
import type { Budget } from '../../../../preload/usage.ts'
import { useAsks, useBudgets, useProjects, useProviders } from '../../context.ts'
import { cx } from '../../lib/cx.ts'
import { useNow } from '../../lib/hooks.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { GroupBox } from '../../ui/group-box.tsx'
import { Meter } from '../../ui/meter.tsx'
import { Note } from '../../ui/notes.tsx'
import { accountName } from '../providers/account-names.ts'
import { showFailure } from '../shell/notices.ts'
import { budgetLine, budgetWarning, limitWords } from './budget-words.ts'

/** Every limit with how much of it is used. */
export function BudgetsSection() {
  const { budgets, error, load } = useBudgets((state) => state)
  const open = useAsks((state) => state.open)
  useEffect(() => {
    void load()
  }, [load])
  return (
    <GroupBox
      title="Budgets"
      actions={
        <Button size="sm" onClick={() => open({ what: 'budget' })}>
          <Plus size={14} strokeWidth={1.75} aria-hidden="true" />
          Add budget
        </Button>
      }
    >
      {error !== undefined && <Note className="m-4">{error.message}</Note>}
      {budgets?.length === 0 && (
        <p className="px-4 py-3 text-muted">
          No budget yet. One for a project or an account warns at 80 %, and stops its requests at 100 % until
          you raise it or a new day or month begins.
        </p>
      )}
      {budgets?.map((budget) => (
        <BudgetRow key={budget.id} budget={budget} />
      ))}
    </GroupBox>
  )
}

/** What a budget is for, as the rest of the app calls it. */
export function useBudgetTarget({ scope, targetId }: Pick<Budget, 'scope' | 'targetId'>): string {
  const project = useProjects((state) => state.projects?.find((one) => one.id === targetId)?.name)
  const account = useProviders((state) => state.accounts?.find((one) => one.id === targetId))
  if (scope === 'project') return project ?? 'a project that is gone'
  return account === undefined ? 'an account that is gone' : accountName(account)
}

function BudgetRow({ budget }: { readonly budget: Budget }) {
  const now = useNow(60_000)
  const name = useBudgetTarget(budget)
  const { scope, state, spent, limit } = budget
  const title = `${name}, ${limitWords(budget)}`
  const warning = budgetWarning(budget, name)
  return (
    <div className="flex items-center gap-4 px-4 py-3">
      <div className="min-w-0 flex-1">
        <div className="flex items-baseline gap-2">
          <span className="truncate font-medium">{name}</span>
          <span className="shrink-0 text-sm text-muted">
            {scope}, {limitWords(budget)}
          </span>
        </div>
        <Meter
          label={`Used of the budget of ${title}`}
          value={spent / limit}
          tone={TONES[state]}
          className="my-1.5"
        />
        <div className="text-sm text-muted">{budgetLine(budget, now)}</div>
        {warning !== undefined && <div className={cx('text-sm font-medium', TEXT[state])}>{warning}</div>}
      </div>
      <BudgetButtons budget={budget} title={title} />
    </div>
  )
}

function BudgetButtons({ budget, title }: { readonly budget: Budget; readonly title: string }) {
  const open = useAsks((state) => state.open)
  const remove = useBudgets((state) => state.remove)
  const take = async () => {
    const answer = await remove(budget.id)
    if (!answer.ok) showFailure(answer.error)
  }
  const change = () => open({ what: 'budget', budget })
  return (
    <div className="flex w-22 shrink-0 items-center justify-end gap-1">
      {budget.state === 'ok' ? (
        <IconButton label={`Edit ${title}`} onClick={change}>
          <Pencil size={14} strokeWidth={1.75} aria-hidden="true" />
        </IconButton>
      ) : (
        <Button
          size="sm"
          kind={budget.state === 'reached' ? 'primary' : 'plain'}
          aria-label={`Raise ${title}`}
          onClick={change}
        >
          Raise
        </Button>
      )}
      <IconButton label={`Remove ${title}`} onClick={() => void take()}>
        <X size={14} strokeWidth={1.75} aria-hidden="true" />
      </IconButton>
    </div>
  )
}

const TEXT = { ok: '', warned: 'text-waiting', reached: 'text-trouble' } as const
const TONES = { ok: 'plain', warned: 'waiting', reached: 'trouble' } as const
