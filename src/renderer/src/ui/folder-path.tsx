import { shortenPath } from '../lib/folders.ts'

/** A path shortened in its middle; where even that is too long, what is above the last part gives way. */
export function FolderPath({ path, max = 44 }: { readonly path: string; readonly max?: number }) {
  const short = shortenPath(path, max)
  const cut = Math.max(short.lastIndexOf('/'), short.lastIndexOf('\\')) + 1
  return (
    <span className="flex min-w-0">
      <span className="truncate">{short.slice(0, cut)}</span>
      <span className="max-w-full shrink-0 truncate">{short.slice(cut)}</span>
    </span>
  )
}
