import { afterEach, expect, it, vi } from 'vitest'
import type { Input } from '../../src/preload/contract.ts'
import { startModelServer } from '../support/model-server/server.ts'
import type { ModelServer } from '../support/model-server/types.ts'
import { makeTempProject, type TempProject } from '../support/temp-project.ts'
import { makeTestApp, type TestApp } from '../support/test-app.ts'

/** Accounts with fields beside the key, with the whole Berth and a real OpenCode: the fields lead to the right host. */

const KEY = 'canary-0123456789abcdef'
const HOSTS = [
  'berthres.openai.azure.com',
  'berthres.services.ai.azure.com',
  'api.cloudflare.com',
  'gateway.ai.cloudflare.com',
]
const ACCOUNTS: readonly Input<'accounts.add'>[] = [
  { providerId: 'azure', label: 'a', key: `${KEY}-azure`, fields: { AZURE_RESOURCE_NAME: 'berthres' } },
  {
    providerId: 'cloudflare-workers-ai',
    label: 'c',
    key: `${KEY}-workers`,
    fields: { CLOUDFLARE_ACCOUNT_ID: 'berthacct' },
  },
  {
    providerId: 'cloudflare-ai-gateway',
    label: 'g',
    key: `${KEY}-gateway`,
    fields: { CLOUDFLARE_ACCOUNT_ID: 'berthacct', CLOUDFLARE_GATEWAY_ID: 'berthgw' },
  },
]

const PROVIDER = 'cloudflare-workers-ai'

let vendor: ModelServer
let berth: TestApp
let folder: TempProject

afterEach(async () => {
  await berth.end()
  await vendor.close()
  await folder.remove()
})

async function open(): Promise<void> {
  vendor = await startModelServer()
  folder = await makeTempProject()
  berth = makeTestApp({
    BERTH_HOST_MAP: JSON.stringify(
      Object.fromEntries(HOSTS.map((host) => [host, `127.0.0.1:${vendor.httpsPort}`])),
    ),
    BERTH_EXTRA_CA: vendor.caFile,
  })
  await berth.open()
}

async function untilState(projectId: string, state: string): Promise<void> {
  await vi.waitFor(
    async () => {
      const project = (await berth.call('projects.list', {})).find(({ id }) => id === projectId)
      expect(project?.problem).toBeUndefined()
      expect(project?.state).toBe(state)
    },
    { timeout: 90_000, interval: 200 },
  )
}

it.each([
  ['azure', 'gpt-5', 'berthres.openai.azure.com', 'api-key', `${KEY}-azure`],
  ['cloudflare-workers-ai', undefined, 'api.cloudflare.com', 'authorization', `Bearer ${KEY}-workers`],
])('%s', async (providerId, model, host, header, value) => {
  await open()
  const account = ACCOUNTS.find((one) => one.providerId === providerId)
  if (account === undefined) throw new Error('no such account')
  await berth.call('accounts.add', account)
  const models = await berth.call('providers.models', { providerId })
  const project = await berth.call('projects.create', {
    name: 'atlas',
    folder: folder.path,
    providerId,
    modelId: model ?? models[0]?.id ?? '',
    runtime: 'process',
    prompt: 'hello',
  })
  const request = await vendor.waitForRequest((one) => one.headers[header] === value, 90_000)
  expect(request.host).toBe(host)
  await untilState(project.id, 'running')
})

it('every provider with fields at once, and what is left when their accounts go', async () => {
  await open()
  for (const account of ACCOUNTS) await berth.call('accounts.add', account)
  const { id } = await berth.call('projects.create', {
    name: 'atlas',
    folder: folder.path,
    providerId: PROVIDER,
    modelId: (await berth.call('providers.models', { providerId: PROVIDER }))[0]?.id ?? '',
    runtime: 'process',
  })
  await untilState(id, 'running')
  await berth.call('providers.saveCustom', {
    id: 'homelab',
    name: 'Home lab',
    baseUrl: 'http://127.0.0.1:9/v1',
    models: [{ id: 'm', name: 'M' }],
  })
  await berth.call('providers.removeCustom', { providerId: 'homelab' })
  const told = berth.events.flatMap((event) => (event.name === 'notice' ? event.payload.text : []))
  expect(told).toEqual([
    'Home lab is usable in running projects after a restart: atlas.',
    'Home lab is gone from running projects after a restart: atlas.',
  ])
  for (const account of await berth.call('accounts.list', {})) {
    if (account.providerId !== PROVIDER) await berth.call('accounts.remove', { accountId: account.id })
  }
  await berth.call('projects.restart', { projectId: id })
  await untilState(id, 'running')
  await berth.call('conversation.send', { projectId: id, text: 'hello', requestId: 'request1' })
  await vendor.waitForRequest((one) => one.headers.authorization === `Bearer ${KEY}-workers`, 30_000)
  await untilState(id, 'running')
  // Without its account the conversation says what is missing, in Berth's words.
  for (const account of await berth.call('accounts.list', {}))
    await berth.call('accounts.remove', { accountId: account.id })
  await berth.call('conversation.send', { projectId: id, text: 'again', requestId: 'request2' })
  await vi.waitFor(
    async () => {
      const { messages } = await berth.call('conversation.get', { projectId: id })
      expect(messages.findLast(({ problem }) => problem !== undefined)?.problem).toMatchObject({
        code: 'no_credential',
        message: expect.stringContaining('There is no account for Cloudflare Workers AI'),
      })
    },
    { timeout: 30_000, interval: 200 },
  )
})
