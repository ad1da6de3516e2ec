import { expect, type Page, test } from '@playwright/test'
import { startModelServer } from '../support/model-server/server.ts'
import type { ModelServer, Page as VendorPage } from '../support/model-server/types.ts'
import { makeWorld, recordTraffic, type World } from './support/world.ts'

/** What a vendor tells of an account when it is asked: shown beside the account, told quietly when it fails. */
test.describe.configure({ mode: 'serial' })

const SECRET = 'CANARYCANARYCANARYq9Tz'
const KEY = `sk-or-v1-${SECRET}`
const limit = (remaining: number): VendorPage => ({
  body: { data: { limit: 100, limit_remaining: remaining, limit_reset: 'monthly', usage: 25.5 } },
})

let answer: VendorPage = limit(74.5)
let vendor: ModelServer
let world: World
let page: Page
let heard: () => string
test.beforeAll(async ({ browser }) => {
  vendor = await startModelServer({ page: () => answer })
  world = await makeWorld({
    env: {
      BERTH_HOST_MAP: JSON.stringify({ 'openrouter.ai': `127.0.0.1:${vendor.httpsPort}` }),
      BERTH_EXTRA_CA: vendor.caFile,
    },
  })
  page = await browser.newPage()
  heard = recordTraffic(page)
  await page.goto(world.berth().url)
})
test.afterAll(async () => {
  await page.close()
  await world.close()
  await vendor.close()
})

const row = () => page.locator('[data-account]')
const go = (place: RegExp) => page.getByRole('button', { name: place }).first().click()
const refresh = () => page.getByRole('button', { name: /^Refresh what is left of/ })
const asked = () => vendor.requests.filter(({ path }) => path === '/api/v1/key').length

test('a new account’s limit is asked for when it comes into sight', async () => {
  await page.getByRole('button', { name: 'Connect a provider' }).click()
  await page.getByRole('combobox', { name: 'Providers' }).fill('openrouter')
  await page
    .getByRole('option', { name: /^OpenRouter/ })
    .first()
    .click()
  await page.getByLabel('API key').fill(KEY)
  await page.getByRole('button', { name: 'Connect OpenRouter' }).click()
  await expect(page.getByText('OpenRouter is connected.').first()).toBeVisible()
  const before = asked()
  await go(/^Providers/)
  await expect(row()).toContainText('key limit, monthly')
  await expect(row()).toContainText(/\$74\.50 of \$100\.00 left · new in /)
  await expect(row()).toContainText('as of just now')
  await expect(row().getByRole('meter', { name: /Used of key limit/ })).toHaveAttribute('aria-valuenow', '26')
  await expect.poll(asked).toBe(before + 1)
  const request = vendor.requests.findLast(({ path }) => path === '/api/v1/key')
  expect(request).toMatchObject({
    listener: 'https',
    host: 'openrouter.ai',
    headers: { authorization: `Bearer ${KEY}`, 'user-agent': 'Berth' },
  })
})

test('it is asked at most once a minute, and says so when wanted by hand', async () => {
  const before = asked()
  answer = limit(50)
  await go(/^Projects/)
  await go(/^Providers/)
  await expect(row()).toContainText('$74.50 of $100.00 left')
  await refresh().click()
  await expect(row()).toContainText('A vendor is asked at most once a minute.')
  expect(asked()).toBe(before)
})

test('a refusal is told quietly, keeps what was known, and leaves the account as it is', async () => {
  answer = { status: 401, body: { error: { message: `No such key: ${KEY}` } } }
  // A minute is over for a Berth that has just started.
  await world.berth().quit()
  await world.startAgain()
  await page.goto(world.berth().url)
  await go(/^Providers/)
  await expect(row()).toContainText(
    'Could not be asked: OpenRouter does not tell this key what is left (401: No such key: [secret]).',
  )
  await expect(row()).toContainText('$74.50 of $100.00 left')
  await expect(row()).toContainText('connected')
})

test('nobody is asked for a disabled account', async () => {
  await page.getByRole('button', { name: /^More for/ }).click()
  await page.getByRole('menuitem', { name: 'Disable' }).click()
  await expect(row()).toContainText('disabled')
  await expect(refresh()).toHaveCount(0)
  await expect(row()).toContainText('$74.50 of $100.00 left')
  const before = asked()
  await page.reload()
  await expect(row()).toContainText('disabled')
  expect(asked()).toBe(before)
  expect(heard()).not.toContain(SECRET)
})
