import { useState } from 'react'
import { useGo, useStatus } from '../../context.ts'
import { Button } from '../../ui/button.tsx'
import { GroupBox, GroupRow } from '../../ui/group-box.tsx'
import { ExportDialog } from './export-dialog.tsx'

/** Accounts out of this Berth and into it. */
export function MoveSection() {
  const open = useStatus((state) => state.status?.vault.state === 'ready')
  const go = useGo()
  const [exporting, setExporting] = useState(false)
  if (!open) return null
  return (
    <GroupBox title="Export and import">
      <GroupRow
        title="Export every account"
        action={
          <Button size="sm" onClick={() => setExporting(true)}>
            Export
          </Button>
        }
      >
        One file with every secret, sealed with a passphrase. A second way in, and the way to another machine.
      </GroupRow>
      <GroupRow
        title="Import accounts"
        action={
          <Button size="sm" onClick={() => go({ page: 'import' })}>
            Import
          </Button>
        }
      >
        From an export, from OpenCode and other tools, from files, or pasted.
      </GroupRow>
      {exporting && <ExportDialog onClose={() => setExporting(false)} />}
    </GroupBox>
  )
}
