import { afterEach, beforeEach, expect, it } from 'vitest'
import { makeTestApp, type TestApp } from '../support/test-app.ts'

let berth: TestApp
beforeEach(async () => {
  berth = makeTestApp()
  await berth.open()
})
afterEach(() => berth.end())

const vaultStatus = async () => (await berth.call('app.status', {})).vault

it('leaves the vault open when the computer sleeps, unless the user wants it locked', async () => {
  await berth.app.sleeps()
  expect(await vaultStatus()).toEqual({ state: 'ready', keeper: 'keychain' })
  await berth.app.settings.update({ vaultLockOnSleep: true })
  await berth.app.sleeps()
  expect(await vaultStatus()).toEqual({ state: 'locked', keeper: 'keychain' })
  // Looking at everything again, as when the engine comes back, does not open it.
  expect((await berth.call('app.recheck', {})).vault).toEqual({ state: 'locked', keeper: 'keychain' })
  expect(berth.events.at(-1)).toMatchObject({
    name: 'status.changed',
    payload: { vault: { state: 'locked' } },
  })
})
