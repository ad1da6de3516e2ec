import { z } from 'zod'
import * as accounts from '../accounts.ts'
import * as trail from '../audit.ts'
import * as bring from '../imports.ts'
import * as pools from '../pools.ts'
import * as shape from '../shapes.ts'

/** Providers, their accounts and pins, imports, and the audit trail. */

const nothing = z.object({}).strict()
const name = z.string().trim().min(1, 'a name is needed').max(80, 'a name has at most 80 characters')
const namespace = z.string().trim().max(40, 'a group has at most 40 characters')
const done = z.null()
const passphrase = z.string().min(8, 'a passphrase has at least 8 characters').max(1000)
const byAccount = z.object({ accountId: shape.accountId }).strict()
const key = z
  .string()
  .min(1, 'a key is needed')
  .max(10_000, 'this is longer than 10,000 characters, and no key is. Copy the key alone')
const fields = z.record(z.string(), z.string()).default({})
/** Where a pin holds: at least one of the two. */
const pinPlace = {
  projectId: shape.projectId.optional(),
  modelId: z.string().min(1).max(300).optional(),
}

export const accountMethods = {
  'providers.list': { input: nothing, output: z.array(shape.provider) },
  'providers.models': {
    input: z.object({ providerId: shape.providerId }).strict(),
    output: z.array(shape.model),
  },
  /** Adds or replaces an OpenAI-compatible provider. */
  'providers.saveCustom': {
    input: z
      .object({
        id: shape.providerId,
        name,
        baseUrl: z.url({ protocol: /^https?$/ }),
        models: z.array(z.object({ id: z.string().trim().min(1), name: z.string().trim().min(1) })),
        /** Ask its server which models it has, now and once a day. Without it at least one model is needed. */
        discover: z.boolean().default(false),
      })
      .strict(),
    output: shape.provider,
  },
  /** Asks a server which models it has. The key is given, or is that of the provider's active account. */
  'providers.discover': {
    input: z
      .object({
        baseUrl: z.url({ protocol: /^https?$/ }),
        providerId: shape.providerId.optional(),
        key: z.string().max(10_000).optional(),
      })
      .strict(),
    output: z.object({ models: z.array(z.object({ id: z.string(), name: z.string() })) }),
  },
  /** Asks a custom provider's server for its models now. */
  'providers.refreshModels': {
    input: z.object({ providerId: shape.providerId }).strict(),
    output: shape.provider,
  },
  /** Looks for model servers on this machine. Only when asked to. */
  'providers.findLocal': { input: nothing, output: z.array(accounts.localServer) },
  'providers.removeCustom': { input: z.object({ providerId: shape.providerId }).strict(), output: done },

  'accounts.list': { input: nothing, output: z.array(accounts.account) },
  'accounts.add': {
    input: z
      .object({
        providerId: shape.providerId,
        namespace: namespace.default(''),
        label: name,
        key,
        fields,
      })
      .strict(),
    output: accounts.account,
  },
  'accounts.rename': {
    input: byAccount.extend({ namespace, label: name }),
    output: accounts.account,
  },
  'accounts.setFields': { input: byAccount.extend({ fields }), output: accounts.account },
  'accounts.replaceKey': { input: byAccount.extend({ key }), output: accounts.account },
  /** Makes this the account its provider's requests use, from the next request on. */
  'accounts.activate': { input: byAccount, output: accounts.account },
  /** A disabled account serves no request until it is enabled again. */
  'accounts.setEnabled': { input: byAccount.extend({ enabled: z.boolean() }), output: accounts.account },
  /** Every account of the provider, in the order they are to stand in. */
  'accounts.reorder': {
    input: z.object({ providerId: shape.providerId, accountIds: z.array(shape.accountId).min(1) }).strict(),
    output: z.array(accounts.account),
  },
  'accounts.remove': { input: byAccount, output: done },
  /** Tests an account with a cheap call to its vendor, and keeps what it showed. */
  'accounts.check': { input: byAccount, output: accounts.connectionCheck },
  /** Tests a key before it is saved. Nothing is kept. */
  'accounts.checkKey': {
    input: z.object({ providerId: shape.providerId, key, fields }).strict(),
    output: accounts.connectionCheck,
  },
  /** Asks an account's vendor what is left, where it has an address for that; at most once a minute. */
  'accounts.quota': { input: byAccount, output: pools.accountQuota },
  /** Every account with its secret, as an `age` file under the passphrase. */
  'accounts.export': {
    input: z.object({ passphrase }).strict(),
    output: z.object({
      /** Base64. */
      file: z.string(),
      /** To save it under. */
      name: z.string(),
      accounts: z.number().int(),
      /** Accounts that are not in it, and why. */
      left: z.array(z.object({ id: z.string(), reason: z.string() })),
    }),
  },

  'pins.list': { input: nothing, output: z.array(accounts.pin) },
  /** Pins an account for a project, a model, or a model in a project, in the place of another one there. */
  'pins.set': { input: byAccount.extend(pinPlace), output: z.array(accounts.pin) },
  'pins.remove': {
    input: z.object({ providerId: shape.providerId, ...pinPlace }).strict(),
    output: z.array(accounts.pin),
  },

  /** Sources on this machine that hold accounts. Nothing is taken. */
  'imports.offers': { input: nothing, output: z.array(bring.importOffer) },
  'imports.preview': {
    input: z.object({ source: bring.importSource }).strict(),
    output: bring.importPreview,
  },
  /** Reads the source again and does what was chosen. A second time changes nothing. */
  'imports.apply': {
    input: z.object({ source: bring.importSource, choices: bring.importChoices }).strict(),
    output: bring.importResult,
  },

  /** Newest first; `before` is the id of the last entry seen. */
  'audit.list': {
    input: z
      .object({
        filter: trail.auditFilter.default({}),
        before: z.number().int().optional(),
        limit: z.number().int().min(1).max(500).default(100),
      })
      .strict(),
    output: z.array(trail.auditEntry),
  },
  /** Oldest first, one JSON object a line. */
  'audit.export': {
    input: z.object({ filter: trail.auditFilter.default({}) }).strict(),
    output: z.object({ name: z.string(), text: z.string(), entries: z.number().int() }),
  },
} as const satisfies Record<string, { input: z.ZodType; output: z.ZodType }>
