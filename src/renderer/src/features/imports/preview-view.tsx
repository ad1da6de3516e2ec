import { ArrowLeft } from 'lucide-react'
import { useEffect, useMemo, useRef } from 'react'
import type { ImportPreview } from '../../../../preload/imports.ts'
import { useImports, useProviders } from '../../context.ts'
import { plural } from '../../lib/format.ts'
import { Button } from '../../ui/button.tsx'
import { EmptyState, Note } from '../../ui/notes.tsx'
import { type Drafts, draftOf, groupsOf, type ItemProblem, isOpen, problemsOf } from './import-drafts.ts'
import { PreviewGroup } from './preview-group.tsx'

export type Problems = Readonly<Record<string, ItemProblem>>

/** What the source holds, and what is to become of each. */
export function PreviewView({ preview }: { readonly preview: ImportPreview }) {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => heading.current?.focus(), [])
  const drafts = useImports((state) => state.drafts)
  const problems = useProblems(preview, drafts)
  const groups = useMemo(() => groupsOf(preview.items), [preview])
  return (
    <div>
      <h2 ref={heading} tabIndex={-1} className="mb-3 text-title font-semibold break-words outline-none">
        {preview.items.length === 0 ? 'Nothing found' : plural(preview.items.length, 'account')}
        <span className="font-normal text-muted"> in {preview.source}</span>
      </h2>
      <SourceNotes notes={preview.notes} />
      {preview.items.length === 0 && (
        <EmptyState title="There is no account in it">
          The source was read to its end. Choose another file, or another source.
        </EmptyState>
      )}
      <div className="space-y-6">
        {groups.map((group) => (
          <PreviewGroup key={group.id} group={group} problems={problems} />
        ))}
      </div>
      <PreviewFoot preview={preview} problems={problems} />
    </div>
  )
}

function useProblems(preview: ImportPreview, drafts: Drafts): Problems {
  const accounts = useProviders((state) => state.accounts)
  const providers = useProviders((state) => state.providers)
  return useMemo(
    () => problemsOf(preview.items, drafts, { accounts: accounts ?? [], providers: providers ?? [] }),
    [preview, drafts, accounts, providers],
  )
}

function SourceNotes({ notes }: { readonly notes: readonly string[] }) {
  if (notes.length === 0) return null
  return (
    <Note kind="info" className="mb-5" title="Left where it is">
      {notes.length === 1 ? (
        notes[0]
      ) : (
        <ul className="list-disc pl-4">
          {notes.map((note) => (
            <li key={note}>{note}</li>
          ))}
        </ul>
      )}
    </Note>
  )
}

interface FootProps {
  readonly preview: ImportPreview
  readonly problems: Problems
}

/** How many, and the button that does it. What follows from taking a login stands at the login. */
function PreviewFoot({ preview, problems }: FootProps) {
  const drafts = useImports((state) => state.drafts)
  const error = useImports((state) => state.error)
  const busy = useImports((state) => state.busy === 'apply')
  const back = useImports((state) => state.back)
  const apply = useImports((state) => state.apply)
  const open = preview.items.filter(isOpen)
  const chosen = open.filter((item) => (drafts[item.id] ?? draftOf(item)).action !== 'skip')
  const unsettled = Object.keys(problems).length
  return (
    <div className="sticky bottom-0 -mx-8 -mb-7 mt-6 space-y-3 border-t border-line bg-bg px-8 py-3">
      {error !== undefined && <Note>{error.message}</Note>}
      <div className="flex flex-wrap items-center gap-2">
        <Button onClick={back}>
          <ArrowLeft size={16} strokeWidth={1.75} aria-hidden="true" />
          Back
        </Button>
        <span role="status" className="flex-1 text-right text-sm text-muted">
          {footWords(chosen.length, open.length, unsettled)}
        </span>
        <Button
          kind="primary"
          busy={busy}
          disabled={chosen.length === 0 || unsettled > 0}
          onClick={() => void apply()}
        >
          {chosen.length === 0 ? 'Import' : `Import ${plural(chosen.length, 'account')}`}
        </Button>
      </div>
    </div>
  )
}

function footWords(chosen: number, open: number, unsettled: number): string {
  if (open === 0) return 'There is nothing to import.'
  if (unsettled > 0)
    return `${plural(unsettled, 'chosen item')} ${unsettled === 1 ? 'needs' : 'need'} a word first.`
  return `${chosen} of ${open} chosen. The source is not changed.`
}
