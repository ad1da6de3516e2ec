const DEFAULT_PORT = '11434'
/** Addresses a server listens on that a client cannot ask at. */
const ANY = new Set(['0.0.0.0', '[::]', ''])

/**
 * The address in `OLLAMA_HOST` as a client is to ask at it, without a path: `host`, `host:port`, `:port` or a URL. A
 * scheme brings its own port. Undefined when it is not set or is no address. After the "FAQ" of Ollama's documentation.
 */
export function ollamaAddress(value: string | undefined): string | undefined {
  const text = value?.trim().replace(/^["']|["']$/g, '') ?? ''
  if (text === '') return undefined
  const hasScheme = /^https?:\/\//i.test(text)
  const authority = text.replace(/^https?:\/\//i, '').replace(/\/.*$/, '')
  const bare = authority.startsWith(':') && !authority.startsWith('::') ? `127.0.0.1${authority}` : authority
  const bracketed = /^[0-9a-f]*:[0-9a-f:]+$/i.test(bare) ? `[${bare}]` : bare
  const scheme = /^https:/i.test(text) ? 'https' : 'http'
  const portless = !/:\d+$/.test(bracketed)
  const address = `${scheme}://${bracketed}${portless && !hasScheme ? `:${DEFAULT_PORT}` : ''}`
  if (!URL.canParse(address)) return undefined
  const url = new URL(address)
  if (url.username !== '' || url.password !== '') return undefined
  return `${scheme}://${ANY.has(url.hostname) ? '127.0.0.1' : url.hostname}${url.port === '' ? '' : `:${url.port}`}`
}
