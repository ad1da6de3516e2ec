import { z } from 'zod'

/** What a request used, as its vendor counted it. */
export const tokens = z.object({
  /** Read anew; what a prompt cache gave and took is apart. */
  input: z.number(),
  output: z.number(),
  cacheRead: z.number(),
  cacheWrite: z.number(),
  /** How much of `output` was reasoning. */
  reasoning: z.number(),
})
export type Tokens = z.infer<typeof tokens>
