import { Button } from './button.tsx'
import { Note } from './notes.tsx'

export interface LoadNoteProps {
  /** Why it could not be fetched. */
  readonly message: string
  readonly onRetry: () => unknown
  /** What is shown was fetched before. */
  readonly stale?: boolean
  readonly className?: string
}

/** Something could not be fetched: why, and the way to try again. */
export function LoadNote({ message, onRetry, stale = false, className }: LoadNoteProps) {
  return (
    <Note
      kind={stale ? 'warning' : 'error'}
      actions={
        <Button size="sm" onClick={() => void onRetry()}>
          Try again
        </Button>
      }
      {...(className === undefined ? {} : { className })}
    >
      {stale && 'What is shown may be out of date. '}
      {message}
    </Note>
  )
}
