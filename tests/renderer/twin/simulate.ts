import type { AnyEvent } from '../../../src/preload/contract.ts'
import type { ConversationChange, Message } from '../../../src/preload/conversation.ts'
import type { Job, Pipeline, Project } from '../../../src/preload/shapes.ts'
import { pipeline } from './projects.ts'
import { ANSWER, message, SESSION } from './talks.ts'

type Emit = (event: AnyEvent) => void

const wait = (ms: number) => new Promise((done) => setTimeout(done, ms))

/** Writes an answer the way a model does: a few characters at a time. Returns the finished message. */
export async function streamAnswer(emit: Emit, projectId: string, stopped: () => boolean): Promise<Message> {
  const change = (one: ConversationChange) =>
    emit({ name: 'conversation.changed', payload: { projectId, change: one } })
  const answer = message('assistant', Date.now(), [{ type: 'text', text: '' }], {
    model: 'claude-sonnet-4-8',
  })
  const [part] = answer.parts
  if (part === undefined || part.type !== 'text') throw new Error('an answer begins with a text part')
  const { parts: _parts, ...head } = answer
  change({ type: 'activity', sessionId: SESSION, activity: { state: 'busy' } })
  change({ type: 'message', message: head })
  change({ type: 'part', sessionId: SESSION, part })
  let text = ''
  for (const piece of ANSWER.match(/[\s\S]{1,7}/g) ?? []) {
    if (stopped()) break
    text += piece
    change({ type: 'delta', sessionId: SESSION, messageId: answer.id, partId: part.id, text: piece })
    await wait(12)
  }
  const completedAt = Date.now()
  change({ type: 'part', sessionId: SESSION, part: { ...part, text } })
  change({ type: 'message', message: { ...head, completedAt, cost: 0.0142 } })
  change({ type: 'activity', sessionId: SESSION, activity: { state: 'idle' } })
  return { ...answer, completedAt, parts: [{ ...part, text }] }
}

/** Runs a start from its first step to its last. */
export async function runPipeline(emit: Emit, project: Project, cancelled: () => boolean): Promise<Pipeline> {
  let last = pipeline(Date.now(), project.id, 0)
  for (let step = 0; step <= 5; step += 1) {
    for (let part = 0; part < 6; part += 1) {
      if (cancelled()) return last
      last = pipeline(Date.now(), project.id, step, progressOf(step, part))
      emit({ name: 'pipeline.changed', payload: last })
      await wait(step < 3 ? 180 : 60)
    }
  }
  return last
}

function progressOf(step: number, part: number): Partial<Job> {
  if (step === 1)
    return {
      progress: {
        text: 'Pulling debian:bookworm-slim',
        unit: 'bytes',
        done: part * 14_800_000,
        total: 74_000_000,
      },
    }
  if (step === 2)
    return { progress: { text: 'OpenCode is starting', unit: 'seconds', done: part, total: 60 } }
  return {}
}
