import { useEffect } from 'react'
import type { ImportKind } from '../../../../preload/imports.ts'
import { useImports } from '../../context.ts'
import { useTitle } from '../../lib/hooks.ts'
import { Skeleton } from '../../ui/notes.tsx'
import { Page } from '../../ui/page.tsx'
import { PreviewView } from './preview-view.tsx'
import { ResultView } from './result-view.tsx'
import { SourceForm } from './source-form.tsx'
import { SourceList } from './source-list.tsx'

/** Brings in accounts that other tools and files hold: a source, what is in it, what is taken. */
export function ImportPage({ kind: asked }: { readonly kind?: ImportKind | undefined }) {
  useTitle('Import accounts')
  const loadOffers = useImports((state) => state.loadOffers)
  const choose = useImports((state) => state.choose)
  useEffect(() => {
    void loadOffers()
    if (asked !== undefined) choose(asked)
  }, [asked, choose, loadOffers])
  return (
    <Page
      narrow
      title="Import accounts"
      lead="Look into a source and take what you choose. The source is never changed."
    >
      <Step />
    </Page>
  )
}

function Step() {
  const { kind, preview, result, busy } = useImports((state) => state)
  if (result !== undefined && preview !== undefined) return <ResultView preview={preview} result={result} />
  if (preview !== undefined) return <PreviewView preview={preview} />
  if (kind === undefined) return <SourceList />
  if (kind === 'environment' && busy === 'preview') return <Skeleton rows={5} />
  return <SourceForm kind={kind} />
}
