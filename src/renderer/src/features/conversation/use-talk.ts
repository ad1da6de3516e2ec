import { useRef, useState } from 'react'
import type { Failure } from '../../../../preload/contract.ts'
import type { Project } from '../../../../preload/shapes.ts'
import { useConversations, useStores } from '../../context.ts'
import { useKeys, useStable } from '../../lib/hooks.ts'
import { showFailure } from '../shell/notices.ts'
import { draftOf } from './drafts-store.ts'
import { lastPromptOf } from './prompts.ts'

/** Sending and stopping, for a project's conversation. */
export function useTalk(project: Project) {
  const { conversations, drafts } = useStores()
  const working = useConversations((state) => (state.talks[project.id]?.activity.state ?? 'idle') !== 'idle')
  const [sending, setSending] = useState(false)
  const [error, setError] = useState<Failure>()
  const [endKey, setEndKey] = useState(0)

  const sendText = async (text: string, requestId: string) => {
    setSending(true)
    setError(undefined)
    const answer = await conversations.getState().send(project.id, text, requestId)
    setSending(false)
    if (!answer.ok) return setError(answer.error)
    drafts.getState().sent(project.id, requestId)
    setEndKey((key) => key + 1)
  }
  const send = () => {
    const draft = draftOf(drafts.getState(), project.id)
    if (!sending && draft.text.trim() !== '') void sendText(draft.text, draft.requestId)
  }
  /** Puts the last prompt back into the composer, where nothing else stands, and sends it. */
  const again = () => {
    const text = lastPromptOf(conversations.getState().talks[project.id]?.messages ?? [])
    if (text === undefined || draftOf(drafts.getState(), project.id).text.trim() !== '') return
    drafts.getState().setText(project.id, text)
    send()
  }
  const stop = async () => {
    const answer = await conversations.getState().stop(project.id)
    if (!answer.ok) showFailure(answer.error)
  }
  const stopHint = useEscapeTwice(working, () => void stop())
  return { working, sending, error, endKey, send, again: useStable(again), stop: () => void stop(), stopHint }
}

/** How long a first Esc waits for the second, in milliseconds. */
const TWICE = 1200

/** Esc twice stops; the first says so. Esc that closes something counts for that alone. */
function useEscapeTwice(on: boolean, stop: () => void): boolean {
  const [hint, setHint] = useState(false)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useKeys((event) => {
    if (event.key !== 'Escape' || !on || event.defaultPrevented || event.repeat) return
    if (document.querySelector('[role="dialog"], [role="menu"]') !== null) return
    clearTimeout(timer.current)
    if (hint) {
      setHint(false)
      return stop()
    }
    setHint(true)
    timer.current = setTimeout(() => setHint(false), TWICE)
  })
  return on && hint
}
