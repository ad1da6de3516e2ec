import { type ComponentProps, memo, useRef } from 'react'
import ReactMarkdown, { type Components } from 'react-markdown'
import rehypeHighlight from 'rehype-highlight'
import remarkGfm from 'remark-gfm'
import { CopyButton } from '../../ui/copy-button.tsx'
import { reachable } from '../../ui/reachable.ts'
import { splitBlocks } from './blocks.ts'

/** Markdown as a model writes it: no HTML, no pictures from elsewhere, links only to https. */
export function Markdown({ text }: { readonly text: string }) {
  return (
    <div className="prose">
      {splitBlocks(text).map((block, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: blocks are only ever added at the end
        <Block key={index} text={block} />
      ))}
    </div>
  )
}

const REMARK = [remarkGfm]
const REHYPE: ComponentProps<typeof ReactMarkdown>['rehypePlugins'] = [[rehypeHighlight, { detect: false }]]

const Block = memo(function Block({ text }: { readonly text: string }) {
  return (
    <div className="prose-block">
      <ReactMarkdown
        remarkPlugins={REMARK}
        rehypePlugins={REHYPE}
        components={COMPONENTS}
        urlTransform={safeUrl}
      >
        {text}
      </ReactMarkdown>
    </div>
  )
})

/** Only https leaves the app; an address of any other scheme becomes plain text. */
export function safeUrl(url: string): string {
  return /^https:\/\//i.test(url) ? url : ''
}

function Link({ href, children }: ComponentProps<'a'>) {
  if (href === undefined || href === '') return <span>{children}</span>
  return (
    <a href={href} target="_blank" rel="noreferrer">
      {children}
    </a>
  )
}

/** A picture is never fetched: whoever chose its address would learn that it was looked at. */
function Picture({ src, alt }: ComponentProps<'img'>) {
  const name = alt === undefined || alt === '' ? 'picture' : alt
  return typeof src === 'string' && src !== '' ? <Link href={src}>{name}</Link> : <span>{name}</span>
}

function Pre({ children }: ComponentProps<'pre'>) {
  const box = useRef<HTMLPreElement>(null)
  return (
    <div className="group/code relative">
      <pre
        ref={box}
        {...reachable}
        className="overflow-x-auto rounded-sm border border-line bg-sunken px-3 py-2.5 leading-[18px]"
      >
        {children}
      </pre>
      <CopyButton
        label="Copy code"
        className="absolute top-1 right-1 bg-sunken opacity-0 group-focus-within/code:opacity-100 group-hover/code:opacity-100"
        text={() => box.current?.textContent ?? ''}
      />
    </div>
  )
}

const COMPONENTS: Components = { a: Link, img: Picture, pre: Pre }
