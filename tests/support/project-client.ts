import { join } from 'node:path'
import { ProxyAgent, request } from 'undici'
import { z } from 'zod'
import { createPlaceholders } from '../../src/main/gateway/placeholders.ts'
import { createTokens } from '../../src/main/gateway/tokens.ts'
import { createVault } from '../../src/main/vault/vault.ts'
import type { TestApp } from './test-app.ts'

/** What a project's OpenCode would send, without an OpenCode: through the gateway, by the project's login and placeholder. */
export interface ProjectClient {
  /** One question to Anthropic; `session` is OpenCode's. */
  ask(text: string, options?: { readonly session?: string; readonly model?: string }): Promise<Answered>
  close(): Promise<void>
}

export interface Answered {
  readonly status: number
  readonly text: string
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
}

const ca = z.object({ certificate: z.string() })

/** To be called while Berth's gateway listens. */
export async function projectClient(berth: TestApp, projectId: string): Promise<ProjectClient> {
  const vault = createVault({
    file: join(berth.dataDir, 'vault.json'),
    keychainFor: berth.keychain.keychainFor,
  })
  await vault.open()
  const secret = Buffer.from(vault.read('gateway/secret') ?? '', 'base64url')
  const { certificate } = ca.parse(JSON.parse(vault.read('gateway/ca') ?? ''))
  const password = createTokens(secret).proxy(projectId)
  const given = createPlaceholders(secret, {
    prefix: () => 'sk-ant-api03-',
    providerIds: () => ['anthropic'],
  }).auth(projectId, 'anthropic', 'api')
  if (given.type !== 'api') throw new Error('no key was given')
  const dispatcher = new ProxyAgent({
    uri: `http://127.0.0.1:${berth.app.settings.get().gatewayPort}`,
    token: `Basic ${Buffer.from(`${projectId}:${password}`).toString('base64')}`,
    requestTls: { ca: certificate },
  })
  return {
    async ask(text, { session = 'ses_1', model = 'claude-sonnet-4-5' } = {}) {
      const answer = await request('https://api.anthropic.com/v1/messages', {
        dispatcher,
        method: 'POST',
        headers: {
          'x-api-key': given.key,
          'x-session-id': session,
          'content-type': 'application/json',
          'anthropic-version': '2023-06-01',
        },
        body: JSON.stringify({
          model,
          max_tokens: 100,
          stream: true,
          messages: [{ role: 'user', content: text }],
        }),
      })
      return { status: answer.statusCode, headers: answer.headers, text: await answer.body.text() }
    },
    close: () => dispatcher.close(),
  }
}
