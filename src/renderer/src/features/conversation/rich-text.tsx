import { lazy, Suspense } from 'react'

/** Markdown and its highlighter are fetched after the first paint. */
const loadMarkdown = () => import('./markdown.tsx').then(({ Markdown }) => ({ default: Markdown }))
const Markdown = lazy(loadMarkdown)

/** Fetches the markdown code before it is needed. */
export function preloadMarkdown(): void {
  void loadMarkdown()
}

/** Markdown; until its code is there, the same text as it was written. */
export function RichText({ text }: { readonly text: string }) {
  return (
    <Suspense fallback={<div className="break-words whitespace-pre-wrap">{text}</div>}>
      <Markdown text={text} />
    </Suspense>
  )
}
