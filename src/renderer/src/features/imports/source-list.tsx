import { ChevronRight } from 'lucide-react'
import { useImports } from '../../context.ts'
import { plural } from '../../lib/format.ts'
import { Button } from '../../ui/button.tsx'
import { FolderPath } from '../../ui/folder-path.tsx'
import { GroupBox } from '../../ui/group-box.tsx'
import { type SourceKind, sourceKind, sourceKinds } from './import-sources.ts'
import { SourceIcon } from './source-icon.tsx'

/** Where accounts can come from: first what is on this machine, then everything. */
export function SourceList() {
  return (
    <div className="space-y-7">
      <Found />
      <GroupBox title="Choose a source">
        {sourceKinds.map((source) => (
          <SourceRow key={source.kind} source={source} />
        ))}
      </GroupBox>
    </div>
  )
}

function Found() {
  const offers = useImports((state) => state.offers)
  const open = useImports((state) => state.open)
  if (offers.length === 0) return null
  return (
    <GroupBox title="Found on this machine">
      {offers.map((offer) => {
        const { title } = sourceKind(offer.kind)
        return (
          <div key={`${offer.kind}${offer.path ?? ''}`} className="flex items-center gap-3 px-4 py-3">
            <SourceIcon kind={offer.kind} />
            <div className="min-w-0 flex-1">
              <div className="font-medium">{title}</div>
              <div className="text-sm text-muted" title={offer.path}>
                {offer.path === undefined ? sourceKind(offer.kind).line : <FolderPath path={offer.path} />}
              </div>
            </div>
            <span className="shrink-0 text-sm text-muted">{plural(offer.fresh, 'new account')}</span>
            <Button size="sm" aria-label={`Look inside ${title}`} onClick={() => void open(offer)}>
              Look inside
            </Button>
          </div>
        )
      })}
    </GroupBox>
  )
}

function SourceRow({ source }: { readonly source: SourceKind }) {
  const choose = useImports((state) => state.choose)
  const look = useImports((state) => state.look)
  const pick = () => {
    choose(source.kind)
    if (source.wants === 'nothing') void look()
  }
  return (
    <button
      type="button"
      onClick={pick}
      className="flex w-full items-center gap-3 px-4 py-2.5 text-left -outline-offset-2 hover:bg-hover"
    >
      <SourceIcon kind={source.kind} />
      <span className="min-w-0 flex-1">
        <span className="block font-medium">{source.title}</span>
        <span className="block text-sm text-muted">{source.line}</span>
      </span>
      <ChevronRight size={16} strokeWidth={1.75} aria-hidden="true" className="shrink-0 text-muted" />
    </button>
  )
}
