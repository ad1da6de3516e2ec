/**
 * The id of the message a prompt becomes. The same request id always gives the same one, so that a prompt sent again after a
 * crash is found instead of doubled. OpenCode 1.18.33 asks only that it starts with `msg`; it orders messages by the time
 * they were made and not by id (both tried).
 */
export function messageIdFor(requestId: string): string {
  return `msg_${requestId}`
}
