import { z } from 'zod'
import type { Database } from '../db/database.ts'

const row = z
  .object({
    request_id: z.string(),
    message_id: z.string(),
    session_id: z.string().nullable(),
    text: z.string(),
    sent_at: z.number().nullable(),
  })
  .transform((stored) => ({
    requestId: stored.request_id,
    messageId: stored.message_id,
    sessionId: stored.session_id ?? undefined,
    text: stored.text,
    sent: stored.sent_at !== null,
  }))

/** A prompt somebody asked to send, kept so that asking twice, or a crash in between, sends it once. */
export type PromptRow = Readonly<z.output<typeof row>>

/** How long a request is remembered after it was sent. */
const MEMORY_MS = 7 * 24 * 3600 * 1000

export interface PromptRepo {
  find(projectId: string, requestId: string): PromptRow | undefined
  /** Without a session it waits for the project's start. */
  insert(projectId: string, prompt: Omit<PromptRow, 'sent'>, at: number): void
  setSession(projectId: string, requestId: string, sessionId: string): void
  /** OpenCode has it; its text is OpenCode's to keep from now on. */
  markSent(projectId: string, requestId: string, at: number): void
  /** The prompt that waits for the project's start. */
  pending(projectId: string): PromptRow | undefined
  dropPending(projectId: string): void
}

const PENDING = `kind = 'start' AND sent_at IS NULL`

export function createPromptRepo(db: Database): PromptRepo {
  const one = (found: unknown) => (found === undefined ? undefined : row.parse(found))
  return {
    find: (projectId, requestId) =>
      one(
        db.prepare('SELECT * FROM prompt WHERE project_id = ? AND request_id = ?').get(projectId, requestId),
      ),
    insert(projectId, { requestId, messageId, sessionId, text }, at) {
      db.prepare('DELETE FROM prompt WHERE project_id = ? AND sent_at < ?').run(projectId, at - MEMORY_MS)
      db.prepare(
        `INSERT INTO prompt (project_id, request_id, message_id, session_id, kind, text, created_at)
         VALUES (?, ?, ?, ?, ?, ?, ?)`,
      ).run(projectId, requestId, messageId, sessionId ?? null, sessionId ? 'send' : 'start', text, at)
    },
    setSession(projectId, requestId, sessionId) {
      db.prepare('UPDATE prompt SET session_id = ? WHERE project_id = ? AND request_id = ?').run(
        sessionId,
        projectId,
        requestId,
      )
    },
    markSent(projectId, requestId, at) {
      db.prepare(`UPDATE prompt SET sent_at = ?, text = '' WHERE project_id = ? AND request_id = ?`).run(
        at,
        projectId,
        requestId,
      )
    },
    pending: (projectId) =>
      one(
        db
          .prepare(`SELECT * FROM prompt WHERE project_id = ? AND ${PENDING} ORDER BY created_at LIMIT 1`)
          .get(projectId),
      ),
    dropPending(projectId) {
      db.prepare(`DELETE FROM prompt WHERE project_id = ? AND ${PENDING}`).run(projectId)
    },
  }
}
