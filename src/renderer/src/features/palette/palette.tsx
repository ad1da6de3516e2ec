import { Dialog } from '@base-ui/react/dialog'
import { useFocusReturn } from '../../lib/focus-return.ts'
import { FilterList } from '../../ui/filter-list.tsx'
import { Kbd } from '../../ui/kbd.tsx'
import type { Command } from './commands.ts'

export interface PaletteProps {
  readonly commands: readonly Command[]
  readonly onClose: () => void
}

/** Everything one can go to or do, found by typing. */
export function Palette({ commands, onClose }: PaletteProps) {
  useFocusReturn(true)
  const items = commands.map((command) => ({
    ...command,
    hint: command.keys === undefined ? undefined : <Kbd keys={command.keys} />,
  }))
  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-40 bg-shade" />
        <Dialog.Popup
          aria-label="Find or do anything"
          className="appear fixed top-[14vh] left-1/2 z-40 w-140 max-w-[calc(100vw-32px)] -translate-x-1/2 overflow-hidden rounded-lg border border-line bg-raised shadow-xl shadow-shade"
        >
          <FilterList
            label="Commands"
            placeholder="Find or do anything"
            items={items}
            autoFocus
            className="max-h-[60vh]"
            onPick={(command) => {
              onClose()
              command.run()
            }}
          />
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
