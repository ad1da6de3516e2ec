import type { ReactNode } from 'react'
import { useStatus } from '../../context.ts'
import { useLasting } from '../../lib/hooks.ts'
import { Rail } from './rail.tsx'

/** The frame: the rail, and the place that was chosen. */
export function Shell({ children }: { readonly children: ReactNode }) {
  return (
    <div className="flex h-full">
      <button
        type="button"
        onClick={() => document.getElementById('main')?.focus()}
        className="sr-only z-50 rounded-sm bg-accent px-3 py-1.5 text-accent-text focus:not-sr-only focus:absolute focus:top-2 focus:left-2"
      >
        Skip to content
      </button>
      <Rail />
      <main id="main" tabIndex={-1} className="flex min-w-0 flex-1 flex-col outline-none">
        <OfflineBanner />
        {children}
      </main>
    </div>
  )
}

/** Said only when the break lasts; most are mended before anybody looks. */
function OfflineBanner() {
  const connected = useStatus((state) => state.connected)
  const lasting = useLasting(!connected, 600)
  return (
    <div role="status" aria-live="polite">
      {lasting && (
        <div className="appear border-b border-waiting/35 bg-waiting-soft px-4 py-1.5">
          <strong className="font-medium">Berth cannot be reached.</strong> What you see may be out of date.
          Trying again; what you type is kept.
        </div>
      )}
    </div>
  )
}
