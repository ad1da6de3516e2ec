import { z } from 'zod'

/** Where projects go besides their providers. */

/** A host a project asked for. Bytes are those of tunnels and plain requests, without TLS taken apart. */
export const egressDestination = z.object({
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

/** One name on the list: a host, or `*.` and a domain for everything below it. */
export const egressRule = z.object({
  host: z.string(),
  /** What it is for, in a few words. */
  purpose: z.string(),
  /** Added by the user; the others come with Berth. */
  own: z.boolean(),
})
export type EgressRule = z.infer<typeof egressRule>
