import { useId } from 'react'
import type { UserSettings } from '../../../../preload/system.ts'
import { useSettings } from '../../context.ts'
import { GroupRow } from '../../ui/group-box.tsx'
import { Note } from '../../ui/notes.tsx'
import { Select } from '../../ui/select.tsx'
import { Switch } from '../../ui/switch.tsx'
import { showFailure } from '../shell/notices.ts'
import { lockOptions } from './lock-options.ts'

/** When the vault locks itself. */
export function LockRows() {
  const settings = useSettings((state) => state.settings)
  const error = useSettings((state) => state.error)
  const update = useSettings((state) => state.update)
  const id = useId()
  if (settings === undefined) return error === undefined ? null : <Note className="m-4">{error.message}</Note>
  const change = async (part: Partial<UserSettings>) => {
    const answer = await update(part)
    if (!answer.ok) showFailure(answer.error)
  }
  return (
    <>
      <GroupRow
        title="Lock when it was not used for"
        action={
          <div className="w-36">
            <Select
              label="Lock when it was not used for"
              value={String(settings.vaultLockMinutes)}
              options={lockOptions(settings.vaultLockMinutes)}
              onChange={(minutes) => void change({ vaultLockMinutes: Number(minutes) })}
            />
          </div>
        }
      >
        A request of a project is a use. While it is locked, projects get no credentials.
      </GroupRow>
      <GroupRow
        title="Lock when the computer sleeps"
        titleId={id}
        action={
          <Switch
            labelledBy={id}
            checked={settings.vaultLockOnSleep}
            onChange={(vaultLockOnSleep) => void change({ vaultLockOnSleep })}
          />
        }
      >
        For Berth’s own window; a Berth that is served to a browser does not learn of it.
      </GroupRow>
    </>
  )
}
