import { type Message, message, type SessionInfo, sessionInfo } from '../../preload/conversation.ts'
import { type Database, transaction } from '../db/database.ts'

/** Berth's own copy of conversations, shown while a project is stopped. */
export interface TranscriptRepo {
  /** Newest first. */
  sessions(projectId: string): SessionInfo[]
  /** Oldest first; what cannot be read any more is left out. */
  messages(projectId: string, sessionId: string): Message[]
  saveSessions(projectId: string, sessions: readonly SessionInfo[]): void
  /** Writes only what changed. The session is saved before. */
  saveMessages(projectId: string, sessionId: string, messages: readonly Message[]): void
  removeMessage(projectId: string, sessionId: string, messageId: string): void
}

function readMessage(body: unknown): Message[] {
  try {
    return [message.parse(JSON.parse(String(body)))]
  } catch {
    return []
  }
}

function readSession(row: Record<string, unknown>): SessionInfo {
  return sessionInfo.parse({
    id: row.id,
    title: row.title,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  })
}

export function createTranscriptRepo(db: Database): TranscriptRepo {
  return {
    sessions: (projectId) =>
      db
        .prepare('SELECT * FROM session WHERE project_id = ? ORDER BY updated_at DESC, id DESC')
        .all(projectId)
        .map(readSession),
    messages: (projectId, sessionId) =>
      db
        .prepare('SELECT body FROM message WHERE project_id = ? AND session_id = ? ORDER BY created_at, id')
        .all(projectId, sessionId)
        .flatMap((row) => readMessage(row.body)),
    saveSessions(projectId, sessions) {
      const upsert = db.prepare(
        `INSERT INTO session (project_id, id, title, created_at, updated_at) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT DO UPDATE SET title = excluded.title, updated_at = excluded.updated_at
         WHERE title <> excluded.title OR updated_at <> excluded.updated_at`,
      )
      transaction(db, () => {
        for (const { id, title, createdAt, updatedAt } of sessions) {
          upsert.run(projectId, id, title, createdAt, updatedAt)
        }
      })
    },
    saveMessages(projectId, sessionId, messages) {
      const upsert = db.prepare(
        `INSERT INTO message (project_id, session_id, id, created_at, body) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT DO UPDATE SET body = excluded.body WHERE body <> excluded.body`,
      )
      transaction(db, () => {
        for (const one of messages) {
          upsert.run(projectId, sessionId, one.id, one.createdAt, JSON.stringify(one))
        }
      })
    },
    removeMessage(projectId, sessionId, messageId) {
      db.prepare('DELETE FROM message WHERE project_id = ? AND session_id = ? AND id = ?').run(
        projectId,
        sessionId,
        messageId,
      )
    },
  }
}
