import { readFileSync } from 'node:fs'
import { expect, type Page, test } from '@playwright/test'
import { expectNowhere } from './support/sources.ts'
import { CANARY, connectAnthropic, makeWorld, recordTraffic, type World } from './support/world.ts'

/** The trail on the screen: what was done, from where, at once; narrowed, opened, walked by keys and saved. */
test.describe.configure({ mode: 'serial' })

let world: World
let page: Page
let received: () => string

test.beforeAll(async ({ browser }) => {
  world = await makeWorld()
  page = await browser.newPage()
  received = recordTraffic(page)
  await page.goto(world.berth().url)
})
test.afterAll(async () => {
  await page.close()
  await world.close()
})

const button = (name: string | RegExp) => page.getByRole('button', { name })
const line = (name: string | RegExp) =>
  page.getByRole('list', { name: 'Timeline' }).getByRole('button', { name })

test('shows what was done and from which surface', async () => {
  await connectAnthropic(page)
  await page.goto(`${world.berth().origin}/#/settings`)
  await page.getByRole('button', { name: 'Lock', exact: true }).click()
  await page.getByRole('button', { name: 'Unlock' }).click()
  await expect(page.getByRole('heading', { name: 'Settings' })).toBeVisible()
  await page.keyboard.press('Alt+3')
  await expect(page.getByRole('heading', { name: 'Activity' })).toBeVisible()
  await expect(button('Activity').first()).toHaveAttribute('aria-current', 'page')
  await expect(line(/was added.*browser$/)).toBeVisible()
  await expect(line(/The vault was locked.*browser$/)).toBeVisible()
  await expect(line(/The vault was unlocked.*browser$/)).toBeVisible()
})

test('takes in what happens meanwhile', async ({ browser }) => {
  const other = await browser.newContext({ storageState: await page.context().storageState() })
  const tab = await other.newPage()
  await tab.goto(`${world.berth().origin}/#/settings`)
  await tab.getByLabel('Lock when it was not used for').click()
  await tab.getByRole('option', { name: '1 hour' }).click()
  await expect(line(/Settings were changed.*browser$/)).toBeVisible()
  await other.close()
})

test('is narrowed by kind, words and time, and clears', async () => {
  await page.getByLabel('Kind').click()
  await page.getByRole('option', { name: 'Vault' }).click()
  await expect(line(/was added/)).toHaveCount(0)
  await expect(line(/The vault was locked/)).toBeVisible()
  await page.getByLabel('Search names and details').fill('there is no such thing')
  await expect(page.getByText('Nothing fits')).toBeVisible()
  await button('Clear filters').click()
  await expect(line(/was added/)).toBeVisible()
  await page.getByLabel('When').click()
  await page.getByRole('option', { name: 'Last hour' }).click()
  await expect(line(/was added/)).toBeVisible()
  await button('Clear filters').click()
})

test('is walked and opened by keys, and the focus stays when something comes on top', async () => {
  await line(/Settings were changed/).focus()
  await page.keyboard.press('j')
  await page.keyboard.press('Enter')
  const focused = page.locator(':focus')
  await expect(focused).toHaveAttribute('aria-expanded', 'true')
  const name = await focused.textContent()
  await page.evaluate(() =>
    fetch('/rpc/settings.update', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-berth': '1' },
      body: JSON.stringify({ vaultLockOnSleep: false, vaultLockMinutes: 30 }),
    }),
  )
  await expect(line(/Settings were changed/)).toHaveCount(2)
  await expect(page.locator(':focus')).toHaveText(String(name))
})

test('is saved as JSON Lines without a secret', async () => {
  const download = page.waitForEvent('download')
  await button('Export').click()
  const saved = await download
  const text = readFileSync(await saved.path(), 'utf8')
  const entries = text
    .trim()
    .split('\n')
    .map((one): { id: number; action: string; surface: string } => JSON.parse(one))
  expect(entries.map((entry) => entry.action)).toContain('account.added')
  expect(entries.map((entry) => entry.id)).toEqual(entries.map((entry) => entry.id).toSorted((a, b) => a - b))
  expect(text).not.toContain(CANARY)
  await expectNowhere(page, received(), [CANARY])
})
