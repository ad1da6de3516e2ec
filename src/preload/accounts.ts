import { z } from 'zod'
import { quotaWindow } from './pools.ts'
import { accountId, providerId } from './shapes.ts'

/** Accounts, where they are pinned, and what a test of one shows. Times are milliseconds since the epoch. */

export const accountState = z.enum(['connected', 'expired', 'error', 'revoked', 'disabled'])
export type AccountState = z.infer<typeof accountState>

/** Whose the credential is at the vendor, where the vendor tells. */
export const vendorIdentity = z.object({
  /** A login is one person's; a key is often an organisation's, which may have several. */
  kind: z.enum(['user', 'organization']),
  id: z.string(),
  name: z.string().optional(),
})
export type VendorIdentity = z.infer<typeof vendorIdentity>

export const account = z.object({
  id: accountId,
  providerId,
  /** Groups accounts, for example `work` and `home`. */
  namespace: z.string(),
  label: z.string(),
  type: z.enum(['api', 'oauth', 'wellknown']),
  /** The known prefix and at most the last four characters of the secret. */
  preview: z.string(),
  fields: z.record(z.string(), z.string()),
  state: accountState,
  lastError: z.string().optional(),
  /** True for the one account of its provider that requests use unless a project says otherwise. */
  active: z.boolean(),
  /** Its place among the accounts of its provider, from 0. */
  position: z.number().int(),
  identity: vendorIdentity.optional(),
  /** When the login ends unless it is renewed. Keys have none. */
  expiresAt: z.number().optional(),
  /** Berth renews the login by itself, so that time is no end. */
  renewable: z.boolean().optional(),
  createdAt: z.number(),
  lastUsedAt: z.number().optional(),
  /** When its connection was last tested. */
  checkedAt: z.number().optional(),
})
export type Account = z.infer<typeof account>

/** What a test of a credential showed. */
export const connectionVerdict = z.enum([
  'good',
  'wrong_key',
  'expired',
  'revoked',
  'no_credit',
  'wrong_region',
  'forbidden',
  'rate_limited',
  'unreachable',
  /** The vendor answered, and the answer does not tell. */
  'unclear',
])
export type ConnectionVerdict = z.infer<typeof connectionVerdict>

export const connectionCheck = z.object({
  verdict: connectionVerdict,
  /** A sentence: what the vendor said, and what to do. */
  message: z.string(),
  identity: vendorIdentity.optional(),
  /** What is left, where the vendor's answer tells it. */
  quota: z.array(quotaWindow).optional(),
  durationMs: z.number(),
})
export type ConnectionCheck = z.infer<typeof connectionCheck>

/**
 * An account chosen for a project, for a model, or for a model in a project; never for neither. The narrowest pin that
 * fits a request wins.
 */
export const pin = z.object({
  providerId,
  accountId,
  projectId: z.string().optional(),
  modelId: z.string().optional(),
})
export type Pin = z.infer<typeof pin>

/** A model server found on this machine. */
export const localServer = z.object({
  kind: z.enum(['ollama', 'lm-studio', 'llama.cpp']),
  name: z.string(),
  /** Of its OpenAI-compatible side. */
  baseUrl: z.string(),
  models: z.array(z.object({ id: z.string(), name: z.string() })),
})
export type LocalServer = z.infer<typeof localServer>
