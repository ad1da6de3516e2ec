import { z } from 'zod'

/** Where projects go besides their providers. */

/** What hosts are counted under that were not asked for in the longest time, where a project has very many. */
export const OLDER_HOSTS = '*'

/** A host a project asked for. Bytes are those of tunnels and plain requests, without TLS taken apart. */
export const egressDestination = z.object({
  /** With its port where that is neither 80 nor 443, as it would be allowed; or `OLDER_HOSTS`. */
  host: z.string(),
  kind: z.enum(['provider', 'other']),
  connections: z.number().int(),
  refused: z.number().int(),
  bytesOut: z.number(),
  bytesIn: z.number(),
  lastAt: z.number(),
  /** On the list now. */
  listed: z.boolean(),
})
export type EgressDestination = z.infer<typeof egressDestination>

/** One entry of the list: a host, or `*.` and a domain for everything below it; with a port if it is for another than 80 and 443. */
export const egressRule = z.object({
  host: z.string(),
  /** What it is for, in a few words. */
  purpose: z.string(),
  /** Added by the user; the others come with Berth. */
  own: z.boolean(),
})
export type EgressRule = z.infer<typeof egressRule>
