import { useMemo, useState } from 'react'
import type { Budget } from '../../../../preload/usage.ts'
import { useBudgets, useProjects, useProviders } from '../../context.ts'
import { useAction } from '../../lib/use-action.ts'
import { ComboboxField } from '../../ui/combobox.tsx'
import { Field, Input } from '../../ui/field.tsx'
import { Note } from '../../ui/notes.tsx'
import { Segmented } from '../../ui/segmented.tsx'
import { accountName } from '../providers/account-names.ts'
import { FormDialog } from '../providers/form-dialog.tsx'
import { showDone } from '../shell/notices.ts'
import { budgetAmount, limitWords, parseLimit, raisedLimit, typedLimit } from './budget-words.ts'
import { useBudgetTarget } from './budgets-section.tsx'

type Target = Pick<Budget, 'scope' | 'targetId'>

export interface BudgetDialogProps {
  /** The one to change; absent for a new one. */
  readonly budget?: Budget | undefined
  readonly onClose: () => void
}

/** A new limit, or another amount for one that is there. */
export function BudgetDialog({ budget, onClose }: BudgetDialogProps) {
  const form = useBudgetForm(budget)
  const { target, setTarget, limit } = form
  const set = useBudgets((state) => state.set)
  const action = useAction()
  const save = async () => {
    if (target === undefined || limit === undefined) return
    const input = { ...target, period: form.period, unit: form.unit, limit }
    const done = await action.run(() => set(input))
    if (done === undefined) return
    onClose()
    // One that is nearly used up already is told of by its notice.
    if (done.value.every((one) => !isSame(one, input) || one.state === 'ok'))
      showDone(`The budget is ${limitWords(input)}.`)
  }
  const used = budget === undefined ? '' : ` ${budgetAmount(budget.spent, budget.unit)} are used so far.`
  return (
    <FormDialog
      title={budget === undefined ? 'Add a budget' : 'Change the budget'}
      description={`At 80 % Berth warns; at 100 % requests are refused until it is raised or begins anew.${used}`}
      action={budget === undefined ? 'Add' : 'Save'}
      ready={target !== undefined && limit !== undefined}
      busy={action.busy}
      onSubmit={() => void save()}
      onClose={onClose}
    >
      {budget === undefined ? <TargetField value={target} onChange={setTarget} /> : <Fixed budget={budget} />}
      {budget === undefined && <Kinds form={form} />}
      <LimitField form={form} />
      {action.error !== undefined && <Note>{action.error.message}</Note>}
    </FormDialog>
  )
}

const isSame = (one: Budget, other: Pick<Budget, 'targetId' | 'period' | 'unit'>): boolean =>
  one.targetId === other.targetId && one.period === other.period && one.unit === other.unit

function useBudgetForm(budget: Budget | undefined) {
  const [target, setTarget] = useState(budget && targetOf(budget))
  const [period, setPeriod] = useState<Budget['period']>(budget?.period ?? 'day')
  const [unit, setUnit] = useState<Budget['unit']>(budget?.unit ?? 'usd')
  const [typed, setTyped] = useState(() => firstLimit(budget))
  const limit = parseLimit(typed, unit)
  return { target, setTarget, period, setPeriod, unit, setUnit, typed, setTyped, limit }
}

const targetOf = ({ scope, targetId }: Target): Target => ({ scope, targetId })

/** What stands in the field at first: a higher limit where the one there is used up, or soon is. */
function firstLimit(budget: Budget | undefined): string {
  if (budget === undefined) return ''
  return typedLimit(budget.state === 'ok' ? budget.limit : raisedLimit(budget), budget.unit)
}

type Form = ReturnType<typeof useBudgetForm>

function Fixed({ budget }: { readonly budget: Budget }) {
  const name = useBudgetTarget(budget)
  return (
    <p>
      For the {budget.scope} <span className="font-medium">{name}</span>, now {limitWords(budget)}.
    </p>
  )
}

function Kinds({ form }: { readonly form: Form }) {
  return (
    <div className="flex flex-wrap gap-4">
      <div>
        <div id="budget-period" className="mb-1 font-medium">
          For each
        </div>
        <Segmented
          labelledBy="budget-period"
          value={form.period}
          options={[
            { value: 'day', label: 'Day' },
            { value: 'month', label: 'Month' },
          ]}
          onChange={form.setPeriod}
        />
      </div>
      <div>
        <div id="budget-unit" className="mb-1 font-medium">
          Counted in
        </div>
        <Segmented
          labelledBy="budget-unit"
          value={form.unit}
          options={[
            { value: 'usd', label: 'Dollars' },
            { value: 'tokens', label: 'Tokens' },
          ]}
          onChange={form.setUnit}
        />
      </div>
    </div>
  )
}

function LimitField({ form }: { readonly form: Form }) {
  const { typed, limit, unit } = form
  const bad = typed.trim() !== '' && limit === undefined
  return (
    <Field
      label="Limit"
      hint={
        unit === 'usd'
          ? 'US dollars by the catalog’s prices. Models without a price cost nothing here.'
          : 'Tokens of every kind, cached ones included. 500k and 2M are understood.'
      }
      error={bad ? 'A number above 0 is needed.' : undefined}
    >
      {(control) => (
        <Input
          {...control}
          autoFocus
          inputMode="decimal"
          value={typed}
          placeholder={unit === 'usd' ? '5' : '2M'}
          onFocus={(event) => event.target.select()}
          onChange={(event) => form.setTyped(event.target.value)}
        />
      )}
    </Field>
  )
}

interface TargetFieldProps {
  readonly value: Target | undefined
  readonly onChange: (target: Target) => void
}

function TargetField({ value, onChange }: TargetFieldProps) {
  const projects = useProjects((state) => state.projects)
  const accounts = useProviders((state) => state.accounts)
  const providers = useProviders((state) => state.providers)
  const items = useMemo(
    () => [
      ...(projects ?? []).map((one) => ({
        id: `project ${one.id}`,
        label: one.name,
        group: 'Projects',
        target: { scope: 'project', targetId: one.id } as const,
      })),
      ...(accounts ?? []).map((one) => ({
        id: `account ${one.id}`,
        label: accountName(one),
        hint: providers?.find((provider) => provider.id === one.providerId)?.name ?? one.providerId,
        group: 'Accounts',
        target: { scope: 'account', targetId: one.id } as const,
      })),
    ],
    [projects, accounts, providers],
  )
  const id = value === undefined ? undefined : `${value.scope} ${value.targetId}`
  return (
    <ComboboxField
      label="Project or account"
      items={items}
      value={id}
      onChange={(item) => onChange(item.target)}
      placeholder="Search"
      shown={items.find((item) => item.id === id)?.label ?? <span className="text-muted">Choose one</span>}
    />
  )
}
