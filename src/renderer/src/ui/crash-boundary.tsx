import { Component, type ReactNode } from 'react'
import { Button } from './button.tsx'
import { EmptyState } from './notes.tsx'

interface State {
  readonly message: string | undefined
}

/** What is left when a screen cannot be drawn: a sentence and a way on, instead of an empty window. */
export class CrashBoundary extends Component<{ readonly children: ReactNode }, State> {
  override state: State = { message: undefined }

  static getDerivedStateFromError(error: unknown): State {
    return { message: error instanceof Error ? error.message : String(error) }
  }

  override render(): ReactNode {
    if (this.state.message === undefined) return this.props.children
    return (
      <main className="flex h-full items-center justify-center">
        <EmptyState
          title="This screen cannot be shown"
          action={
            <Button kind="primary" onClick={() => window.location.reload()}>
              Load it again
            </Button>
          }
        >
          Your projects go on running, and what you typed is kept. The cause: {this.state.message}
        </EmptyState>
      </main>
    )
  }
}
