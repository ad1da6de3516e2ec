import { useLasting } from '../lib/hooks.ts'
import { ProgressBar } from './progress-bar.tsx'

/** For work that is slow by nature: said only when it lasts, with a bar that moves. Stands in rows 16 px apart. */
export function Working({ busy, text }: { readonly busy: boolean; readonly text: string }) {
  const lasting = useLasting(busy, 300)
  return (
    <div role="status" className="empty:-mt-4">
      {lasting && (
        <div className="appear space-y-1.5 text-sm text-muted">
          {text}
          <ProgressBar label={text} />
        </div>
      )}
    </div>
  )
}
