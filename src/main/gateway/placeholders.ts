import { createHmac } from 'node:crypto'
import type { Credential } from '../accounts/types.ts'
import type { ProviderAuth } from '../opencode/types.ts'
import { makeMark } from './recognise.ts'

/** Which part of a credential a placeholder stands for. */
export type Field = 'key' | 'access' | 'refresh' | 'accountId'
const FIELDS: readonly Field[] = ['key', 'access', 'refresh', 'accountId']

/** What a placeholder of a project stands for, and its whole text. */
export interface Known {
  readonly providerId: string
  readonly field: Field
  readonly text: string
}

/** The made-up credentials, derived from the installation's secret: nothing of them is stored. */
export interface Placeholders {
  /** What OpenCode is given. The same inputs give the same answer, always. */
  auth(projectId: string, providerId: string, type: Credential['type']): ProviderAuth
  /** What a mark stands for in this project; undefined when it is another project's. */
  known(projectId: string, mark: string): Known | undefined
}

/** 2100-01-01: OpenCode never tries to refresh what ends so late. */
const FAR_AWAY = 4_102_444_800_000

/** Prefixes of OAuth access tokens, where they differ from those of keys. */
const TOKEN_PREFIX: Readonly<Record<string, string>> = { 'github-copilot': 'gho_' }

/** Providers whose plugins in OpenCode send nothing with a login that has no account id. */
const ASK_ACCOUNT: ReadonlySet<string> = new Set(['openai', 'snowflake-cortex'])

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')

/** OpenCode reads claims from ChatGPT's access token, so its placeholder is a token too: unsigned, with made-up claims. */
function chatGptToken(mark: string, accountId: string): string {
  const claims = {
    iss: 'berth',
    exp: FAR_AWAY / 1000,
    'https://api.openai.com/auth': { chatgpt_account_id: accountId },
  }
  return `${encode({ alg: 'none', typ: 'JWT' })}.${encode(claims)}.${mark}`
}

/** `deps.prefix` is how keys of a provider begin; `deps.providerIds` every provider there is. */
export function createPlaceholders(
  secret: Buffer,
  deps: { prefix(providerId: string): string; providerIds(): readonly string[] },
): Placeholders {
  const markOf = (projectId: string, providerId: string, field: Field): string =>
    makeMark(
      createHmac('sha256', secret).update(`placeholder\0${projectId}\0${providerId}\0${field}`).digest(),
    )

  const textOf = (projectId: string, providerId: string, field: Field): string => {
    const mark = markOf(projectId, providerId, field)
    if (field === 'key') return deps.prefix(providerId) + mark
    if (field === 'accountId') return mark
    if (providerId === 'openai' && field === 'access')
      return chatGptToken(mark, markOf(projectId, providerId, 'accountId'))
    return (TOKEN_PREFIX[providerId] ?? '') + mark
  }

  const projects = new Map<string, { readonly ids: string; readonly marks: Map<string, Known> }>()
  const buildIndex = (projectId: string, ids: readonly string[]): Map<string, Known> => {
    const marks = new Map<string, Known>()
    for (const providerId of ids)
      for (const field of FIELDS)
        marks.set(markOf(projectId, providerId, field), {
          providerId,
          field,
          text: textOf(projectId, providerId, field),
        })
    projects.set(projectId, { ids: ids.join(), marks })
    return marks
  }
  /** A mark that is not in the index may belong to a provider added since. */
  const rebuilt = (projectId: string): Map<string, Known> | undefined => {
    const ids = deps.providerIds()
    return projects.get(projectId)?.ids === ids.join() ? undefined : buildIndex(projectId, ids)
  }

  return {
    auth(projectId, providerId, type) {
      const text = (field: Field): string => textOf(projectId, providerId, field)
      if (type === 'api') return { type: 'api', key: text('key') }
      return {
        type: 'oauth',
        access: text('access'),
        refresh: text('refresh'),
        // OpenCode takes any other number for Copilot as a token to renew at GitHub.
        expires: providerId === 'github-copilot' ? 0 : FAR_AWAY,
        ...(ASK_ACCOUNT.has(providerId) ? { accountId: text('accountId') } : {}),
      }
    },
    known: (projectId, mark) => projects.get(projectId)?.marks.get(mark) ?? rebuilt(projectId)?.get(mark),
  }
}
