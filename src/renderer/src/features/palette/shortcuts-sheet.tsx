import { Dialog } from '../../ui/dialog.tsx'
import { Kbd } from '../../ui/kbd.tsx'
import { shortcuts } from './shortcuts.ts'

export function ShortcutsSheet({ open, onClose }: { readonly open: boolean; readonly onClose: () => void }) {
  return (
    <Dialog open={open} onClose={onClose} title="Shortcuts" width="w-150">
      <div className="mt-2 grid grid-cols-2 gap-x-8 gap-y-5">
        {shortcuts.map((group) => (
          <section
            key={group.title}
            aria-label={group.title}
            className={group.title === 'In a project' ? 'row-span-2' : ''}
          >
            <h3 className="mb-1.5 text-sm font-medium text-muted">{group.title}</h3>
            <dl className="space-y-1.5">
              {group.list.map(({ keys, what }) => (
                <div key={`${keys}${what}`} className="flex items-baseline justify-between gap-3">
                  <dt>{what}</dt>
                  <dd className="shrink-0">
                    <Kbd keys={keys} />
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  )
}
