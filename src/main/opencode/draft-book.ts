import type { ConversationChange, Message, Part } from '../../preload/conversation.ts'

/**
 * The texts that are being written. OpenCode 1.18.33 stores a text only once it is complete: until then its list of
 * messages has the part with an empty text, and the words are in the events alone (seen by running it). Who opens a
 * conversation in the middle of an answer would miss what was written so far.
 */
export interface DraftBook {
  take(change: ConversationChange): void
  /** The messages with what is known of their unfinished texts. */
  fill(messages: readonly Message[]): Message[]
}

type Text = Extract<Part, { type: 'text' | 'reasoning' }>

const isText = (part: Part): part is Text => part.type === 'text' || part.type === 'reasoning'

export function createDraftBook(): DraftBook {
  const drafts = new Map<string, Text>()

  const dropMessage = (messageId: string): void => {
    for (const draft of drafts.values()) if (draft.messageId === messageId) drafts.delete(draft.id)
  }

  const withDrafts = (message: Message): Message => {
    const own = [...drafts.values()].filter((draft) => draft.messageId === message.id)
    if (own.length === 0) return message
    const parts = message.parts.map((part) => {
      const draft = drafts.get(part.id)
      return draft !== undefined && isText(part) && part.text.length < draft.text.length ? draft : part
    })
    const missing = own.filter((draft) => !parts.some((part) => part.id === draft.id))
    return { ...message, parts: [...parts, ...missing] }
  }

  return {
    take(change) {
      switch (change.type) {
        case 'part':
          if (isText(change.part)) drafts.set(change.part.id, change.part)
          return
        case 'delta': {
          const draft = drafts.get(change.partId)
          if (draft) drafts.set(draft.id, { ...draft, text: draft.text + change.text })
          return
        }
        case 'part-removed':
          drafts.delete(change.partId)
          return
        case 'message-removed':
          dropMessage(change.messageId)
          return
        case 'message':
          if (change.message.completedAt !== undefined || change.message.role === 'user') {
            dropMessage(change.message.id)
          }
          return
        case 'reload':
          // Some deltas may have been missed: a text with a hole is worse than a late one.
          drafts.clear()
      }
    },
    fill: (messages) => messages.map(withDrafts),
  }
}
