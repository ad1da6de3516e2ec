import { z } from 'zod'

/**
 * Keeps zod from making code out of text, which the page's content policy forbids. Schemas look at this when they are
 * built, so it must have run before the contract is loaded.
 */
z.config({ jitless: true })
