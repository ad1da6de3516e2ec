import { expect, it } from 'vitest'
import type { Gateways } from '../../src/main/engine/types.ts'
import { createLifecycle, type LifecycleDeps } from '../../src/main/lifecycle.ts'
import { silentLog } from '../../src/main/log/log.ts'

/** Where the gateway listens: on loopback, and wherever containers reach this machine. */

function lifecycleWith(gateways: () => Promise<Gateways>) {
  const asked: [readonly string[], number][] = []
  const parts = {
    vault: { open: async () => {}, status: () => ({ state: 'ready', keeper: 'keychain' }) },
    engine: { check: async () => {}, status: () => ({ state: 'checking' }), gateways },
    gateway: {
      status: () => ({ state: 'starting' }),
      listen: async (addresses: readonly string[], port: number) => {
        asked.push([addresses, port])
        return { port: port === 0 ? 4000 : port }
      },
    },
    settings: { get: () => ({ gatewayPort: 0 }), update: async () => {} },
    accounts: { sweep: async () => {} },
    resumeProjects: async () => {},
    notify: () => {},
    onStatus: () => {},
    log: silentLog(),
  }
  return { asked, lifecycle: createLifecycle(parts as unknown as LifecycleDeps) }
}

const confined = { network: 'berth-confined', id: 'n1', address: '172.30.0.1' }

it.each([
  [{ usual: '172.17.0.1', confined }, ['127.0.0.1', '172.17.0.1', '172.30.0.1']],
  [{ usual: '172.17.0.1', confined: undefined }, ['127.0.0.1', '172.17.0.1']],
  [{ usual: undefined, confined: undefined }, ['127.0.0.1']],
])('%j', async (gateways, expected) => {
  const { asked, lifecycle } = lifecycleWith(async () => gateways)
  await lifecycle.bringUp()
  expect(asked).toEqual([[expected, 0]])
})

it('is on loopback alone while the engine does not answer, and adds an address at the same port', async () => {
  const { asked, lifecycle } = lifecycleWith(() => Promise.reject(new Error('down')))
  await lifecycle.bringUp()
  await lifecycle.listenAt('172.30.0.1')
  expect(asked).toEqual([
    [['127.0.0.1'], 0],
    [['172.30.0.1'], 4000],
  ])
})
