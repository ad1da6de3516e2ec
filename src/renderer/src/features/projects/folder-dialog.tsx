import { ArrowUp, Folder } from 'lucide-react'
import { useEffect, useState } from 'react'
import type { Failure } from '../../../../preload/contract.ts'
import type { FolderListing } from '../../../../preload/shapes.ts'
import { useStores } from '../../context.ts'
import { joinPath } from '../../lib/folders.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { FilterList } from '../../ui/filter-list.tsx'
import { Note, Skeleton } from '../../ui/notes.tsx'

export interface FolderDialogProps {
  readonly open: boolean
  readonly start: string
  readonly onClose: () => void
  readonly onChoose: (folder: string) => void
}

/** Walks the folders where there is no system dialog. */
export function FolderDialog({ open, start, onClose, onChoose }: FolderDialogProps) {
  const [path, setPath] = useState<string>()
  const { listing, failure } = useListing(open, path ?? (start.trim() || undefined))
  const close = () => {
    setPath(undefined)
    onClose()
  }
  const choose = () => listing !== undefined && onChoose(listing.path)
  return (
    <Dialog
      open={open}
      onClose={close}
      title="Choose a folder"
      actions={
        <>
          <Button onClick={close}>Cancel</Button>
          <Button kind="primary" disabled={listing === undefined} onClick={choose}>
            Choose this folder
          </Button>
        </>
      }
    >
      <Whereabouts listing={listing} onGo={setPath} />
      {failure !== undefined && (
        <Note
          className="mb-3"
          actions={
            <Button size="sm" onClick={() => setPath('')}>
              Go to the home folder
            </Button>
          }
        >
          {failure.message}
        </Note>
      )}
      <div className="h-64 overflow-hidden rounded-sm border border-line">
        {listing === undefined ? (
          <Skeleton rows={6} className="p-3" />
        ) : (
          <Inside listing={listing} onGo={setPath} />
        )}
      </div>
    </Dialog>
  )
}

type Go = (path: string | undefined) => void

function Whereabouts({ listing, onGo }: { readonly listing: FolderListing | undefined; readonly onGo: Go }) {
  return (
    <div className="mt-2 mb-3 flex items-center gap-2">
      <Button
        size="sm"
        disabled={listing?.parent === undefined}
        onClick={() => onGo(listing?.parent)}
        aria-label="Up to the folder above"
      >
        <ArrowUp size={14} strokeWidth={1.75} aria-hidden="true" /> Up
      </Button>
      <code className="min-w-0 flex-1 truncate rounded-sm bg-sunken px-2 py-1" title={listing?.path}>
        {listing?.path ?? '…'}
      </code>
    </div>
  )
}

function Inside({ listing, onGo }: { readonly listing: FolderListing; readonly onGo: Go }) {
  return (
    <FilterList
      key={listing.path}
      label="Folders"
      placeholder="Search this folder"
      autoFocus
      className="h-full"
      items={listing.folders.map((name) => ({
        id: name,
        label: name,
        icon: <Folder size={16} strokeWidth={1.75} aria-hidden="true" className="text-muted" />,
      }))}
      onPick={(item) => onGo(joinPath(listing.path, item.id))}
      empty={(query) => (query === '' ? 'There is no folder in here.' : `No folder here matches “${query}”.`)}
    />
  )
}

/** The listing of a path; the last good one stays while another is on its way. An empty path is the home folder. */
function useListing(open: boolean, path: string | undefined) {
  const { bridge } = useStores()
  const [listing, setListing] = useState<FolderListing>()
  const [failure, setFailure] = useState<Failure>()
  useEffect(() => {
    if (!open) return
    let stale = false
    void bridge.invoke('folders.list', path === undefined || path === '' ? {} : { path }).then((answer) => {
      if (stale) return
      setFailure(answer.ok ? undefined : answer.error)
      if (answer.ok) setListing(answer.value)
    })
    return () => {
      stale = true
    }
  }, [bridge, open, path])
  return { listing, failure }
}
