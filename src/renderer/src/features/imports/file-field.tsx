import { FileText, FolderOpen, X } from 'lucide-react'
import { type DragEvent, useRef, useState } from 'react'
import { useImports, useStatus, useStores } from '../../context.ts'
import { cx } from '../../lib/cx.ts'
import { toBase64 } from '../../lib/download.ts'
import { bytes } from '../../lib/format.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { Field, Input } from '../../ui/field.tsx'
import { showFailure } from '../shell/notices.ts'
import { type SourceKind, tooLarge } from './import-sources.ts'

interface FileFieldProps {
  readonly source: SourceKind
  readonly error: string | undefined
}

/** Where the source is: a path that is typed or picked, or a file that is dropped or chosen. */
export function FileField({ source, error }: FileFieldProps) {
  const file = useImports((state) => state.form.file)
  const { over, refused, drop, read } = useDrop(source)
  const takesText = source.wants !== 'path'
  const blame = refused ?? error
  const usual = source.usual === undefined ? '' : ` Left empty, Berth looks in ${source.usual}.`
  const hint = takesText
    ? `A path on this machine, or a file dropped here.${usual}`
    : 'A path on this machine. The database is read in place and never changed.'
  return (
    <section
      {...(takesText ? drop : {})}
      aria-label="Source"
      className={cx('rounded-sm', over && 'outline-2 outline-offset-4 outline-accent outline-dashed')}
    >
      {file === undefined ? (
        <Field label="File" hint={hint} error={blame}>
          {(control) => <PathInput control={control} source={source} onFile={read} />}
        </Field>
      ) : (
        <ChosenFileLine error={blame} />
      )}
    </section>
  )
}

interface PathInputProps {
  readonly control: object
  readonly source: SourceKind
  readonly onFile: (file: File) => Promise<void>
}

function PathInput({ control, source, onFile }: PathInputProps) {
  const { bridge } = useStores()
  const desktop = useStatus((state) => state.info?.surface === 'desktop')
  const path = useImports((state) => state.form.path)
  const change = useImports((state) => state.change)
  const chooser = useRef<HTMLInputElement>(null)
  const browse = async () => {
    if (!desktop) return chooser.current?.click()
    const answer = await bridge.invoke('files.pick', {})
    if (!answer.ok) showFailure(answer.error)
    else if (answer.value !== null) change({ path: answer.value })
  }
  return (
    <div className="flex gap-2">
      <Input
        {...control}
        autoFocus
        value={path}
        placeholder={source.usual ?? source.example}
        className="font-mono text-code"
        onChange={(event) => change({ path: event.target.value })}
      />
      {(desktop || source.wants !== 'path') && (
        <Button onClick={() => void browse()}>
          <FolderOpen size={16} strokeWidth={1.75} aria-hidden="true" />
          Choose a file
        </Button>
      )}
      <input
        ref={chooser}
        type="file"
        hidden
        data-testid="import-file"
        onChange={(event) => {
          const [file] = event.target.files ?? []
          if (file !== undefined) void onFile(file)
        }}
      />
    </div>
  )
}

function ChosenFileLine({ error }: { readonly error: string | undefined }) {
  const file = useImports((state) => state.form.file)
  const change = useImports((state) => state.change)
  if (file === undefined) return null
  return (
    <div>
      <div className="mb-1 font-medium">File</div>
      <div className="flex h-8 items-center gap-2 rounded-sm border border-line bg-sunken pr-0.5 pl-2.5">
        <FileText size={16} strokeWidth={1.75} aria-hidden="true" className="shrink-0 text-muted" />
        <span className="min-w-0 flex-1 truncate">{file.name}</span>
        <span className="shrink-0 text-sm text-muted">{bytes(file.size)}</span>
        <IconButton label="Choose another file" autoFocus onClick={() => change({ file: undefined })}>
          <X size={14} strokeWidth={1.75} />
        </IconButton>
      </div>
      {error !== undefined && (
        <div role="alert" className="mt-1 text-sm text-trouble">
          {error}
        </div>
      )}
    </div>
  )
}

/** Takes a file out of what is dropped, and reads it; one that is too large is refused unread. */
function useDrop(source: SourceKind) {
  const change = useImports((state) => state.change)
  const [over, setOver] = useState(false)
  const [refused, setRefused] = useState<string>()
  const read = async (file: File) => {
    const problem = tooLarge(source.kind, file.name, file.size)
    setRefused(problem)
    if (problem !== undefined) return
    try {
      const content =
        source.wants === 'sealed' ? toBase64(new Uint8Array(await file.arrayBuffer())) : await file.text()
      change({ file: { name: file.name, size: file.size, content } })
    } catch {
      setRefused(`${file.name} could not be read. Drop one file, not a folder.`)
    }
  }
  const drop = {
    onDragOver: (event: DragEvent) => {
      event.preventDefault()
      setOver(true)
    },
    onDragLeave: () => setOver(false),
    onDrop: (event: DragEvent) => {
      event.preventDefault()
      setOver(false)
      const [file] = event.dataTransfer.files
      if (file !== undefined) void read(file)
    },
  }
  return { over, refused, drop, read }
}
