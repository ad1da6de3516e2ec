import type { Project } from '../../../../preload/shapes.ts'
import { useGo, useProjects, useStores } from '../../context.ts'
import { type Fix, fixesFor, fixLabels } from '../../lib/fixes.ts'
import { useAction } from '../../lib/use-action.ts'
import { Button } from '../../ui/button.tsx'
import { showFailure } from '../shell/notices.ts'
import { budgetInTheWay } from '../usage/budget-words.ts'
import { useChoice } from './use-choice.ts'

export interface FixButtonsProps {
  readonly project: Project
  readonly code: string
  readonly onSettings: () => void
  /** What `Try again` does; left out, it starts the project. */
  readonly onRetry?: (() => void) | undefined
  /** Fixes that make no sense where the error is shown. */
  readonly without?: readonly Fix[]
}

/** What can be done about a project's problem: at most two buttons. */
export function FixButtons({ project, code, onSettings, onRetry, without = [] }: FixButtonsProps) {
  const act = useFix(project, onSettings, onRetry)
  const fixes = fixesFor(code).filter(
    (fix) => !without.includes(fix) && !(fix === 'process' && project.runtime === 'process'),
  )
  if (fixes.length === 0) return null
  return (
    <>
      {fixes.map((fix, index) => (
        <Button
          key={fix}
          size="sm"
          kind={index === 0 ? 'primary' : 'plain'}
          busy={act.busy}
          onClick={() => void act.run(fix)}
        >
          {fixLabels[fix]}
        </Button>
      ))}
    </>
  )
}

function useFix(project: Project, onSettings: () => void, onRetry: (() => void) | undefined) {
  const { projects, budgets, asks } = useStores()
  const { account } = useChoice(project)
  const update = useProjects((state) => state.update)
  const go = useGo()
  const action = useAction()
  const start = async () => {
    await action.run(async () => {
      const answer = await projects.getState().act('start', project.id)
      if (!answer.ok) showFailure(answer.error)
      return answer
    })
  }
  const withoutContainer = async () => {
    const answer = await update({ projectId: project.id, runtime: 'process' })
    if (answer.ok) await start()
    else showFailure(answer.error)
  }
  const openProviders = () => {
    if (account === undefined) go({ page: 'add-provider', providerId: project.providerId })
    else go({ page: 'providers', accountId: account.id })
  }
  const raise = async () => {
    await budgets.getState().load()
    const budget = budgetInTheWay(budgets.getState().budgets ?? [], project.id, account?.id)
    if (budget === undefined) go({ page: 'usage' })
    else asks.getState().open({ what: 'budget', budget })
  }
  const run = async (fix: Fix): Promise<void> => {
    if (fix === 'retry' && onRetry !== undefined) return onRetry()
    if (fix === 'retry' || fix === 'start') return start()
    if (fix === 'process') return withoutContainer()
    if (fix === 'budget') return raise()
    if (fix === 'providers' || fix === 'pools') return openProviders()
    return onSettings()
  }
  return { busy: action.busy, run }
}
