import { ArrowLeft } from 'lucide-react'
import type { FormEvent } from 'react'
import type { ImportKind } from '../../../../preload/imports.ts'
import { useImports } from '../../context.ts'
import { Button } from '../../ui/button.tsx'
import { Field, TextArea } from '../../ui/field.tsx'
import { Note } from '../../ui/notes.tsx'
import { PassphraseField } from '../../ui/passphrase-field.tsx'
import { Working } from '../../ui/working.tsx'
import { FileField } from './file-field.tsx'
import { fieldOfError, sourceKind } from './import-sources.ts'
import { SourceIcon } from './source-icon.tsx'

/** Tells Berth where one source is. */
export function SourceForm({ kind }: { readonly kind: ImportKind }) {
  const source = sourceKind(kind)
  const look = useImports((state) => state.look)
  const choose = useImports((state) => state.choose)
  const busy = useImports((state) => state.busy === 'preview')
  const { at, elsewhere } = useErrors(kind)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    void look()
  }
  return (
    <form onSubmit={submit} className="overflow-hidden rounded-lg border border-line bg-raised">
      <header className="flex items-center gap-3 border-b border-line px-5 py-3">
        <SourceIcon kind={kind} />
        <div className="min-w-0 flex-1">
          <h2 className="font-semibold">{source.title}</h2>
          <p className="text-sm text-muted">{source.line}</p>
        </div>
      </header>
      <div className="space-y-4 px-5 py-4">
        {(source.wants === 'file' || source.wants === 'path' || source.wants === 'sealed') && (
          <FileField key={kind} source={source} error={at('path')} />
        )}
        {source.wants === 'text' && <KeysField error={at('text')} />}
        {source.wants === 'sealed' && <ExportPassphrase error={at('passphrase')} />}
        {elsewhere !== undefined && <Note>{elsewhere}</Note>}
        {source.wants === 'sealed' && (
          <Working
            busy={busy}
            text="Opening the export. A passphrase is slow to try, which is what protects it."
          />
        )}
      </div>
      <footer className="flex flex-wrap items-center gap-2 border-t border-line bg-bg px-5 py-3">
        <Button onClick={() => choose(undefined)}>
          <ArrowLeft size={16} strokeWidth={1.75} aria-hidden="true" />
          All sources
        </Button>
        <span className="flex-1 text-right text-sm text-muted">Nothing is taken before you choose.</span>
        <Button kind="primary" type="submit" busy={busy}>
          Look inside
        </Button>
      </footer>
    </form>
  )
}

/** What is wrong, at the field it is about; the rest below them. */
function useErrors(kind: ImportKind) {
  const missing = useImports((state) => state.missing)
  const error = useImports((state) => state.error)
  const field = error === undefined ? undefined : fieldOfError(kind, error.code)
  return {
    at: (name: 'path' | 'text' | 'passphrase') => {
      if (missing?.field === name) return missing.message
      return field === name ? error?.message : undefined
    },
    elsewhere: field === undefined ? error?.message : undefined,
  }
}

function KeysField({ error }: { readonly error: string | undefined }) {
  const text = useImports((state) => state.form.text)
  const change = useImports((state) => state.change)
  return (
    <Field
      label="Keys"
      hint="They are kept nowhere but in the vault, and this field is emptied once they are there."
      error={error}
    >
      {(control) => (
        <TextArea
          {...control}
          rows={7}
          autoFocus
          autoComplete="off"
          autoCorrect="off"
          spellCheck={false}
          maxLength={4_000_000}
          value={text}
          placeholder={'work sk-ant-…\nOPENROUTER_API_KEY=sk-or-…\ngsk_…'}
          className="font-mono text-code whitespace-pre"
          onChange={(event) => change({ text: event.target.value })}
        />
      )}
    </Field>
  )
}

function ExportPassphrase({ error }: { readonly error: string | undefined }) {
  const passphrase = useImports((state) => state.form.passphrase)
  const change = useImports((state) => state.change)
  return (
    <PassphraseField
      label="Passphrase"
      hint="The one the export was made with."
      value={passphrase}
      error={error}
      onChange={(next) => change({ passphrase: next })}
    />
  )
}
