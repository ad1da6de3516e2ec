import type { ReactNode } from 'react'

export interface GatePageProps {
  readonly icon: ReactNode
  readonly title: string
  readonly children: ReactNode
}

/** A whole page for what must be settled first. */
export function GatePage({ icon, title, children }: GatePageProps) {
  return (
    <main className="flex h-full items-center justify-center overflow-y-auto p-6">
      <div className="w-110 max-w-full rounded-lg border border-line bg-raised p-7">
        <div className="mb-4 flex size-10 items-center justify-center rounded-lg bg-accent-soft text-accent">
          {icon}
        </div>
        <h1 className="mb-1.5 text-head font-semibold tracking-tight">{title}</h1>
        {children}
      </div>
    </main>
  )
}
