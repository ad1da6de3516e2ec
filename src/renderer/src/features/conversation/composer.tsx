import { ArrowUp, Square } from 'lucide-react'
import { type KeyboardEvent, useLayoutEffect, useRef } from 'react'
import type { Failure } from '../../../../preload/contract.ts'
import type { Project } from '../../../../preload/shapes.ts'
import { useDrafts } from '../../context.ts'
import { useKeys } from '../../lib/hooks.ts'
import { isTyping } from '../../lib/keys.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { Note } from '../../ui/notes.tsx'
import { FixButtons } from '../projects/fix-buttons.tsx'
import { draftOf } from './drafts-store.ts'

export interface ComposerProps {
  readonly project: Project
  readonly working: boolean
  readonly sending: boolean
  readonly error: Failure | undefined
  /** The newest prompt, brought back by the up arrow. */
  readonly lastPrompt: string | undefined
  readonly onSend: () => void
  readonly onStop: () => void
  readonly onSettings: () => void
}

/** Where one writes. Enter sends, Shift-Enter breaks the line; the draft goes only when it was taken. */
export function Composer(props: ComposerProps) {
  const { project, error, onSend } = props
  const { text } = useDrafts((state) => draftOf(state, project.id))
  return (
    <div className="shrink-0 px-6 pb-4">
      <div className="mx-auto max-w-178">
        {error !== undefined && (
          <Note
            className="mb-2"
            actions={
              <FixButtons
                project={project}
                code={error.code}
                onSettings={props.onSettings}
                onRetry={onSend}
              />
            }
          >
            {error.message}
          </Note>
        )}
        <div className="rounded-lg border border-line-strong bg-raised focus-within:border-accent focus-within:outline focus-within:outline-accent">
          <Writing {...props} text={text} />
          <Bar {...props} text={text} />
        </div>
      </div>
    </div>
  )
}

interface WithText extends ComposerProps {
  readonly text: string
}

function Writing({ project, text, lastPrompt, onSend }: WithText) {
  const setText = useDrafts((state) => state.setText)
  const box = useRef<HTMLTextAreaElement>(null)
  useGrowing(box, text)
  useKeys((event) => {
    if (event.key !== '/' || isTyping(event.target) || event.ctrlKey || event.metaKey) return
    event.preventDefault()
    box.current?.focus()
  })
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (event.nativeEvent.isComposing) return
    if (event.key === 'Enter' && !event.shiftKey && !event.altKey) {
      event.preventDefault()
      onSend()
    } else if (event.key === 'ArrowUp' && text === '' && lastPrompt !== undefined) {
      event.preventDefault()
      setText(project.id, lastPrompt)
    }
  }
  return (
    <textarea
      ref={box}
      id="composer"
      // biome-ignore lint/a11y/noAutofocus: writing is what the page was opened for
      autoFocus
      rows={1}
      aria-label={`Ask ${project.name}`}
      placeholder={`Ask ${project.name}`}
      value={text}
      onChange={(event) => setText(project.id, event.target.value)}
      onKeyDown={onKeyDown}
      className="block max-h-56 w-full resize-none bg-transparent px-3.5 pt-2.5 outline-none"
    />
  )
}

function Bar({ text, working, sending, onStop, onSend }: WithText) {
  return (
    <div className="flex h-10 items-center gap-2 pr-1.5 pl-3.5">
      <span className="min-w-0 flex-1 truncate text-sm text-muted">
        {text === '' ? 'Enter sends, Shift+Enter breaks the line' : ''}
      </span>
      {working && (
        <Button size="sm" onClick={onStop}>
          <Square size={12} strokeWidth={2} aria-hidden="true" /> Stop
        </Button>
      )}
      <IconButton
        label="Send"
        keys="enter"
        disabled={text.trim() === '' || sending}
        onClick={onSend}
        className="bg-accent text-accent-text! enabled:hover:bg-accent-strong!"
      >
        <ArrowUp size={16} strokeWidth={2} aria-hidden="true" />
      </IconButton>
    </div>
  )
}

/** The box grows with what is written, up to its highest. */
function useGrowing(box: React.RefObject<HTMLTextAreaElement | null>, text: string): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: the height follows the text
  useLayoutEffect(() => {
    const area = box.current
    if (area === null) return
    area.style.height = 'auto'
    area.style.height = `${area.scrollHeight}px`
  }, [box, text])
}
