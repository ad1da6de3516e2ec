import { expect, type Page, test } from '@playwright/test'
import { fault, say } from '../support/model-server/replies.ts'
import { ask, createProject, expectState, makeWorld, type World } from './support/world.ts'

/** Two accounts of one provider: one is limited, the other takes over, and the window tells all of it. */
test.describe.configure({ mode: 'serial' })

const WORK = `sk-ant-api03-${'WORK'.repeat(6)}w7Qd`
const HOME = `sk-ant-api03-${'HOME'.repeat(6)}h2Xm`
const SAID = 'This request would exceed your rate limit of 50 requests per minute.'

let world: World
let page: Page
test.beforeAll(async ({ browser }) => {
  world = await makeWorld()
  page = await browser.newPage()
  await page.goto(world.berth().url)
})
test.afterAll(async () => {
  await page.close()
  await world.close()
})

const go = (place: RegExp) => page.getByRole('button', { name: place }).first().click()
const row = (name: string) => page.locator('[data-account]').filter({ hasText: name })

async function connect(label: string, key: string): Promise<void> {
  await page.getByLabel('API key').fill(key)
  await page.getByLabel('Label').fill(label)
  await page.getByRole('button', { name: 'Connect Anthropic' }).click()
  await expect(page.getByText('Anthropic is connected.').first()).toBeVisible()
  await go(/^Providers/)
  await expect(row(label)).toBeVisible()
}

test('accounts take over from each other only after a word about the vendor’s terms', async () => {
  await go(/^Connect a provider/)
  await page.getByRole('combobox', { name: 'Providers' }).fill('anthropic')
  await page
    .getByRole('option', { name: /^Anthropic/ })
    .first()
    .click()
  await connect('work', WORK)
  await expect(page.getByRole('switch', { name: /take over/ })).toHaveCount(0)
  await page.getByRole('button', { name: 'Add account' }).click()
  await connect('home', HOME)
  const rotate = page.getByRole('switch', { name: /take over/ })
  await rotate.click()
  await page.getByRole('button', { name: 'Leave it off' }).click()
  await expect(rotate).not.toBeChecked()
  await rotate.click()
  await expect(page.getByRole('dialog')).toContainText('Anthropic’s terms apply')
  await page.getByRole('button', { name: 'Let them take over' }).click()
  await expect(rotate).toBeChecked()
  await page.reload()
  await expect(rotate).toBeChecked()
})

test('a limited account’s request is answered by the other, and each try is told', async () => {
  const folder = await world.makeFolder('pooled')
  await go(/^Projects/)
  await createProject(page, folder.path)
  await expectState(page, 'ready', 120_000)
  world.vendor.script(
    fault(429, { message: SAID, headers: { 'retry-after': '600' } }),
    say('Answered from home.'),
  )
  await ask(page, 'Who answers?')
  await expect(page.getByText('Answered from home.')).toBeVisible()
  expect(world.vendor.prompts().map(({ headers }) => headers['x-api-key'])).toEqual([WORK, HOME])
  await page.getByRole('tab', { name: 'Requests' }).click()
  const told = page.getByRole('button', { name: /429 work → 200 home/ })
  await told.first().click()
  await expect(page.getByText('work: 429, rate limited').first()).toBeVisible()
})

test('the limit stands at the account with the vendor’s words, until it is tried anew', async () => {
  await go(/^Providers/)
  const limits = page.getByRole('list', { name: 'Limits of work' })
  await expect(limits).toContainText(/until .*, rate limit · (9 min \d\d s|10 min) left/)
  await expect(limits).toContainText(SAID)
  await expect(page.getByRole('list', { name: 'Limits of home' })).toHaveCount(0)
  await page
    .getByRole('button', { name: /^Try now: work/ })
    .first()
    .click()
  await expect(page.getByText('The next request may go by work again.')).toBeVisible()
  await expect(limits).toHaveCount(0)
})

test('what was used is counted, and a budget stops it with a way to raise it', async () => {
  await go(/^Usage/)
  const cells = page.getByRole('row', { name: /^pooled/ })
  await expect(cells).toContainText(/\$\d/)
  await page.getByRole('radio', { name: 'Account' }).click()
  await expect(page.getByRole('row', { name: /^home/ })).toBeVisible()
  await page.getByRole('button', { name: 'Add budget' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: 'Project or account' }).click()
  await page.getByRole('option', { name: /^pooled/ }).click()
  await dialog.getByRole('radio', { name: 'Tokens' }).click()
  await dialog.getByLabel('Limit').fill('1')
  await dialog.getByRole('button', { name: 'Add', exact: true }).click()
  await expect(page.getByText(/^Used up\. Requests of pooled/)).toBeVisible()
  await go(/^pooled/)
  await ask(page, 'Any left?')
  await page.getByRole('button', { name: 'Raise the budget' }).click()
  await page.getByRole('dialog').getByLabel('Limit').fill('5M')
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click()
  world.vendor.script(say('There is room again.'))
  await ask(page, 'And now?')
  await expect(page.getByText('There is room again.')).toBeVisible()
})
