import { toast } from 'sonner'
import type { Failure } from '../../../../preload/contract.ts'
import type { Notice } from '../../../../preload/shapes.ts'

/** Shows a notice as a toast. One text is one toast, however often it comes; errors stay until dismissed. */
export function showNotice(notice: Notice, open: (projectId: string) => void): void {
  const { projectId } = notice
  const options = {
    id: `${projectId ?? ''}${notice.text}`,
    duration: notice.level === 'error' ? Number.POSITIVE_INFINITY : 6000,
    ...(projectId === undefined ? {} : { action: { label: 'Open', onClick: () => open(projectId) } }),
  }
  if (notice.level === 'error') toast.error(notice.text, options)
  else if (notice.level === 'warning') toast.warning(notice.text, options)
  else toast.info(notice.text, options)
}

/** Tells of an error of an action that has no place of its own on the screen. */
export function showFailure(failure: Failure): void {
  toast.error(failure.message, { id: failure.message, duration: Number.POSITIVE_INFINITY })
}

export function showDone(text: string): void {
  toast.success(text, { id: text, duration: 3500 })
}
