import { useEffect } from 'react'
import type { DoctorCheck } from '../../../../preload/system.ts'
import { useSettings } from '../../context.ts'
import { Button } from '../../ui/button.tsx'
import { GroupBox } from '../../ui/group-box.tsx'
import { Note, Skeleton } from '../../ui/notes.tsx'
import { StateDot, type StateTone } from '../../ui/state-dot.tsx'

/** Everything Berth needs, how it is, and how to mend it. */
export function DoctorSection() {
  const { checks, checking, checkError, checkUp } = useSettings((state) => state)
  useEffect(() => {
    // Once by itself; afterwards only when asked to.
    if (checks === undefined && checkError === undefined && !checking) void checkUp()
  }, [checks, checkError, checking, checkUp])
  return (
    <GroupBox
      title="Check-up"
      actions={
        <Button size="sm" busy={checking} onClick={() => void checkUp()}>
          Run again
        </Button>
      }
    >
      {checkError !== undefined && <Note className="m-4">{checkError.message}</Note>}
      {checks === undefined && checkError === undefined && <Skeleton rows={5} className="p-4" />}
      {checks !== undefined && (
        <ul className="divide-y divide-line">
          {checks.map((check) => (
            <li key={check.id}>
              <CheckRow check={check} />
            </li>
          ))}
        </ul>
      )}
    </GroupBox>
  )
}

const STATES: Readonly<Record<DoctorCheck['state'], { word: string; tone: StateTone }>> = {
  ok: { word: 'good', tone: 'ok' },
  failed: { word: 'needs you', tone: 'trouble' },
  unknown: { word: 'not known', tone: 'rest' },
}

function CheckRow({ check }: { readonly check: DoctorCheck }) {
  return (
    <div className="flex items-start gap-4 px-4 py-2.5">
      <div className="min-w-0 flex-1">
        <div className="font-medium">{check.title}</div>
        <div className="text-sm break-words text-muted">{check.detail}</div>
        {check.mend !== undefined && <div className="mt-1 text-sm break-words">{check.mend}</div>}
      </div>
      <div className="mt-0.5 shrink-0">
        <StateDot {...STATES[check.state]} />
      </div>
    </div>
  )
}
