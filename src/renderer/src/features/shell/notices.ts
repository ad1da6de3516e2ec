import { toast } from 'sonner'
import type { Failure } from '../../../../preload/contract.ts'
import type { Notice } from '../../../../preload/shapes.ts'

/** Where notices may lead. */
export interface NoticeActs {
  open(projectId: string): void
  /** In Providers. */
  openAccount(accountId: string): void
  raise(budgetId: string): void
}

const budgetToast = (budgetId: string): string => `budget ${budgetId}`

function actionOf({ projectId, accountId, budgetId }: Notice, acts: NoticeActs | undefined) {
  if (acts === undefined) return undefined
  if (budgetId !== undefined) return { label: 'Raise', onClick: () => acts.raise(budgetId) }
  if (accountId !== undefined) return { label: 'Open', onClick: () => acts.openAccount(accountId) }
  return projectId === undefined ? undefined : { label: 'Open', onClick: () => acts.open(projectId) }
}

/** Shows a notice as a toast. One text is one toast, however often it comes; errors stay until dismissed. */
export function showNotice(notice: Notice, acts?: NoticeActs): void {
  const { projectId, budgetId } = notice
  const action = actionOf(notice, acts)
  const options = {
    id: budgetId === undefined ? `${projectId ?? ''}${notice.text}` : budgetToast(budgetId),
    duration: notice.level === 'error' ? Number.POSITIVE_INFINITY : 6000,
    ...(action === undefined ? {} : { action }),
  }
  if (notice.level === 'error') toast.error(notice.text, options)
  else if (notice.level === 'warning') toast.warning(notice.text, options)
  else toast.info(notice.text, options)
}

/** Takes away what was told of a budget that has room again. */
export const hideBudgetNotice = (budgetId: string): void => void toast.dismiss(budgetToast(budgetId))

/** Tells of an error of an action that has no place of its own on the screen. */
export function showFailure(failure: Failure): void {
  toast.error(failure.message, { id: failure.message, duration: Number.POSITIVE_INFINITY })
}

export function showDone(text: string): void {
  toast.success(text, { id: text, duration: 3500 })
}
