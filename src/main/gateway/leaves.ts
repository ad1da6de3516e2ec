import { createSecureContext, type SecureContext } from 'node:tls'
import type { Authority } from './ca.ts'

/** TLS contexts with a leaf certificate for a host, made when first asked for. */
export interface Leaves {
  contextFor(host: string): Promise<SecureContext>
}

interface Entry {
  readonly context: SecureContext
  readonly renewAt: number
  /** The certificate of the authority that signed it. */
  readonly issuer: string
}

/** Keeps the most recently used hosts; a host asked for many times at once gets one certificate. */
export function createLeaves(authority: Authority, now: () => number, capacity = 512): Leaves {
  const entries = new Map<string, Promise<Entry>>()

  const make = async (host: string): Promise<Entry> => {
    const issuer = authority.certificate
    const leaf = await authority.issue(host)
    const context = createSecureContext({
      key: leaf.key,
      cert: leaf.certificate,
      minVersion: 'TLSv1.2',
    })
    return { context, renewAt: leaf.renewAt, issuer }
  }

  /** Puts an entry at the young end and drops the oldest. A failed one is not kept. */
  const keep = (host: string, entry: Promise<Entry>): Promise<Entry> => {
    entries.delete(host)
    entries.set(host, entry)
    const oldest = entries.keys().next()
    if (entries.size > capacity && !oldest.done) entries.delete(oldest.value)
    entry.catch(() => {
      if (entries.get(host) === entry) entries.delete(host)
    })
    return entry
  }

  return {
    async contextFor(host) {
      const cached = await keep(host, entries.get(host) ?? make(host))
      if (cached.renewAt > now() && cached.issuer === authority.certificate) return cached.context
      entries.delete(host)
      return (await keep(host, entries.get(host) ?? make(host))).context
    },
  }
}
