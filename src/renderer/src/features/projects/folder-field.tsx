import { FolderOpen } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import type { Failure } from '../../../../preload/contract.ts'
import { useStatus, useStores } from '../../context.ts'
import { completionOf, joinPath } from '../../lib/folders.ts'
import { Button } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import { SuggestInput, type Suggestion } from '../../ui/suggest-input.tsx'
import { FolderDialog } from './folder-dialog.tsx'

export interface FolderFieldProps {
  readonly value: string
  readonly error: string | undefined
  readonly onChange: (folder: string) => void
  /** Told once a folder was found good, with the name that suits it. */
  readonly onChecked: (suggestedName: string) => void
}

/** Where the project works: typed with completion, or browsed to. */
export function FolderField({ value, error, onChange, onChecked }: FolderFieldProps) {
  const { bridge } = useStores()
  const desktop = useStatus((state) => state.info?.surface === 'desktop')
  const [browsing, setBrowsing] = useState(false)
  const failure = useCheck(value, onChecked)
  const suggestions = useCompletions(value)
  const browse = async () => {
    if (!desktop) return setBrowsing(true)
    const answer = await bridge.invoke('folders.pick', {})
    if (answer.ok && answer.value !== null) onChange(answer.value)
  }
  return (
    <Field label="Folder" hint="The folder OpenCode works in." error={error ?? failure?.message}>
      {(control) => (
        <div className="flex gap-2">
          <SuggestInput
            control={control}
            value={value}
            suggestions={suggestions}
            onChange={onChange}
            placeholder="/home/you/projects/atlas-api"
            autoFocus
            mono
            stepwise
          />
          <Button onClick={() => void browse()}>
            <FolderOpen size={16} strokeWidth={1.75} aria-hidden="true" />
            Browse
          </Button>
          <FolderDialog
            open={browsing}
            start={value}
            onClose={() => setBrowsing(false)}
            onChoose={(folder) => {
              setBrowsing(false)
              onChange(folder)
            }}
          />
        </div>
      )}
    </Field>
  )
}

/** Checks a folder once the typing rests. A path still being typed is not blamed: only a rest of a second is. */
function useCheck(path: string, onChecked: (name: string) => void): Failure | undefined {
  const { bridge } = useStores()
  const [failure, setFailure] = useState<Failure>()
  const tell = useRef(onChecked)
  tell.current = onChecked
  useEffect(() => {
    setFailure(undefined)
    const trimmed = path.trim()
    if (trimmed === '') return
    let stale = false
    let blame: ReturnType<typeof setTimeout> | undefined
    const timer = setTimeout(async () => {
      const answer = await bridge.invoke('folders.check', { path: trimmed })
      if (stale) return
      if (answer.ok) tell.current(answer.value.suggestedName)
      else blame = setTimeout(() => setFailure(answer.error), 700)
    }, 200)
    return () => {
      stale = true
      clearTimeout(timer)
      clearTimeout(blame)
    }
  }, [bridge, path])
  return failure
}

/** The folders that what is typed may become. */
function useCompletions(typed: string): readonly Suggestion[] {
  const { bridge } = useStores()
  const [found, setFound] = useState<{ folder: string; path: string; names: readonly string[] }>()
  const { folder, start } = completionOf(typed)
  useEffect(() => {
    let stale = false
    const timer = setTimeout(async () => {
      const answer = await bridge.invoke('folders.list', folder === '' ? {} : { path: folder })
      if (!stale && answer.ok) setFound({ folder, path: answer.value.path, names: answer.value.folders })
    }, 80)
    return () => {
      stale = true
      clearTimeout(timer)
    }
  }, [bridge, folder])
  if (found === undefined || found.folder !== folder) return []
  const wanted = start.toLowerCase()
  return found.names
    .filter((name) => name.toLowerCase().startsWith(wanted) && (wanted !== '' || !name.startsWith('.')))
    .slice(0, 40)
    .map((name) => ({ value: joinPath(folder === '' ? found.path : folder, name), label: name }))
}
