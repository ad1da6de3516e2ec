/**
 * Loaded before Portkey 1.15.2, which answers every streamed request with 500 as npm installs it: it appends to the
 * header of fetch's answer, and `@hono/node-server` hands that on unchangeable. Here a streamed answer has a copy.
 */
const original = globalThis.fetch

globalThis.fetch = async (...args) => {
  const answer = await original(...args)
  if (answer.headers.get('content-type') === 'text/event-stream')
    Object.defineProperty(answer, 'headers', { value: new Headers(answer.headers) })
  return answer
}
