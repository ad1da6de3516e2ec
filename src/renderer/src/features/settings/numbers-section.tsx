import { useEffect, useId, useState } from 'react'
import { useNumbers } from '../../context.ts'
import { Button } from '../../ui/button.tsx'
import { GroupBox, GroupRow } from '../../ui/group-box.tsx'
import { LoadNote } from '../../ui/load-note.tsx'
import { NumberRow } from './number-row.tsx'
import { changedWords, numberGroups } from './number-words.ts'

/** How pools judge accounts. Closed at first: hardly anybody changes these. */
export function NumbersSection() {
  const { numbers, error, load } = useNumbers((state) => state)
  const [open, setOpen] = useState(false)
  const id = useId()
  useEffect(() => {
    void load()
  }, [load])
  if (numbers === undefined)
    return error === undefined ? null : (
      <GroupBox title="Pools">
        <LoadNote className="m-4" message={error.message} onRetry={load} />
      </GroupBox>
    )
  const changed = changedWords(numbers)
  return (
    <GroupBox title="Pools">
      <GroupRow
        title="Numbers of pools"
        action={
          <Button size="sm" aria-expanded={open} aria-controls={id} onClick={() => setOpen(!open)}>
            {open ? 'Hide' : 'Show'}
          </Button>
        }
      >
        How accounts that take over from each other are judged, and how long a limited one rests.
        {changed !== undefined && ` ${changed}.`}
      </GroupRow>
      <div id={id}>
        {open && (
          <div className="divide-y divide-line bg-bg">
            {numberGroups.map(({ title, lead, names }) => (
              <fieldset key={title} className="px-4 pt-3 pb-2">
                <legend className="float-left w-full font-medium">{title}</legend>
                <p className="clear-both mb-1 text-sm text-muted">{lead}</p>
                {names.map((name) => {
                  const number = numbers.find((one) => one.name === name)
                  return number === undefined ? null : <NumberRow key={name} number={number} />
                })}
              </fieldset>
            ))}
          </div>
        )}
      </div>
    </GroupBox>
  )
}
