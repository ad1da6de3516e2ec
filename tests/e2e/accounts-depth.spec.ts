import { expect, type Page, test } from '@playwright/test'
import { say } from '../support/model-server/replies.ts'
import { ask, createProject, expectState, makeWorld, type World } from './support/world.ts'

/** One provider's accounts in depth: tests before saving and later, order, pins, disabling, the real key. */
test.describe.configure({ mode: 'serial' })

const WORK = `sk-ant-api03-${'WORK'.repeat(6)}w7Qd`
const HOME = `sk-ant-api03-${'HOME'.repeat(6)}h2Xm`
const NEXT = `sk-ant-api03-${'NEXT'.repeat(6)}n9Tz`
const WRONG = `sk-ant-api03-${'NOPE'.repeat(6)}0000`
/** What the vendor accepts; a test takes some away, as a vendor does when a key is revoked. */
const accepted = new Set([WORK, HOME, NEXT])

let world: World
let page: Page
test.beforeAll(async ({ browser }) => {
  world = await makeWorld({ vendor: { acceptKeys: (key) => key !== undefined && accepted.has(key) } })
  page = await browser.newPage()
  await page.goto(world.berth().url)
})
test.afterAll(async () => {
  await page.close()
  await world.close()
})

const go = (place: RegExp) => page.getByRole('button', { name: place }).first().click()
const lastKey = () => world.vendor.prompts().at(-1)?.headers['x-api-key']
const names = () =>
  page.getByRole('radio').evaluateAll((all) => all.map((one) => one.getAttribute('aria-label')))
const row = (name: string) => page.locator('[data-account]').filter({ hasText: name })

async function menu(name: string, item: string): Promise<void> {
  await page.getByRole('button', { name: `More for ${name}`, exact: true }).click()
  await page.getByRole('menuitem', { name: item }).click()
}

async function fillAccount(label: string, key: string): Promise<void> {
  await page.getByLabel('API key').fill(key)
  await page.getByLabel('Label').fill(label)
}

/** Back among the others, also while there is no project. */
async function connect(name: string): Promise<void> {
  await page.getByRole('button', { name: 'Connect Anthropic' }).click()
  await expect(page.getByRole('heading', { name: 'Providers', exact: true })).toBeVisible()
  await expect(row(name)).toBeVisible()
}

async function expectAnswer(question: string, answer: string, key: string): Promise<void> {
  world.vendor.script(say(answer))
  await ask(page, question)
  await expect(page.getByText(answer)).toBeVisible()
  expect(lastKey()).toBe(key)
}

test('a key is tested before it is saved; a wrong one is held back and saved only by a second word', async () => {
  await go(/^Connect a provider/)
  await page.getByRole('combobox', { name: 'Providers' }).fill('anthropic')
  await page
    .getByRole('option', { name: /^Anthropic/ })
    .first()
    .click()
  await fillAccount('bad', WRONG)
  await page.getByRole('button', { name: 'Connect Anthropic' }).click()
  await expect(page.getByRole('alert').filter({ hasText: /Wrong key/ })).toBeVisible()
  await expect(page.getByLabel('API key')).toHaveAttribute('aria-invalid', 'true')
  await page.getByRole('button', { name: 'Save anyway' }).click()
  await expect(page.getByText('Anthropic is connected.')).toBeVisible()
  await go(/^Providers/)
  await expect(row('bad')).toBeVisible()
})

test('a good key shows so by its test, and is saved', async () => {
  await page.getByRole('button', { name: 'Add account' }).click()
  await fillAccount('work', WORK)
  await page.getByRole('button', { name: 'Test', exact: true }).click()
  await expect(page.getByText('Works', { exact: true })).toBeVisible()
  await connect('work')
  await page.getByRole('button', { name: 'Add account' }).click()
  await fillAccount('home', HOME)
  await connect('home')
})

test('a saved account is tested where it stands, and its state follows', async () => {
  await menu('bad', 'Test connection')
  await expect(row('bad').getByText('Wrong key')).toBeVisible()
  await expect(row('bad').getByText('rejected')).toBeVisible()
  await menu('work', 'Test connection')
  await expect(row('work').getByText('Works')).toBeVisible()
  await page.getByRole('button', { name: 'Put away the test of work' }).click()
  await expect(row('work').getByText('Works')).toHaveCount(0)
})

test('accounts change places by menu, by key with the focus kept, and by dragging', async () => {
  await menu('home', 'Move up')
  await expect.poll(names).toEqual(['Use bad', 'Use home', 'Use work'])
  const more = page.getByRole('button', { name: 'More for home' })
  await expect(more).toBeFocused()
  await page.keyboard.press('Alt+ArrowUp')
  await expect.poll(names).toEqual(['Use home', 'Use bad', 'Use work'])
  await expect(more).toBeFocused()
  await page.keyboard.press('Alt+ArrowDown')
  await expect.poll(names).toEqual(['Use bad', 'Use home', 'Use work'])
  await expect(more).toBeFocused()
  await row('work').hover()
  await row('work')
    .locator('[draggable]')
    .dragTo(row('bad'), { targetPosition: { x: 60, y: 4 } })
  await expect.poll(names).toEqual(['Use work', 'Use bad', 'Use home'])
  await page.reload()
  await expect.poll(names).toEqual(['Use work', 'Use bad', 'Use home'])
})

test('a disabled active account hands its place on, and can be named anew', async () => {
  await page.getByRole('radio', { name: 'Use work' }).click()
  await expect(page.getByRole('radio', { name: 'Use work' })).toBeChecked()
  await menu('bad', 'Disconnect')
  await page.getByRole('button', { name: 'Disconnect', exact: true }).click()
  await expect(row('bad')).toHaveCount(0)
  await menu('work', 'Disable')
  await expect(page.getByRole('radio', { name: 'Use home' })).toBeChecked()
  await expect(row('work').getByText('disabled')).toBeVisible()
  await menu('work', 'Enable')
  await expect(row('work').getByText('connected')).toBeVisible()
  await menu('work', 'Edit')
  await page.getByLabel('Label').fill('home')
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(page.getByRole('alert').filter({ hasText: /home/ })).toBeVisible()
  await page.getByLabel('Label').fill('seat')
  await page.getByLabel('Group').fill('office')
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(row('office / seat')).toBeVisible()
})

test('a pin for a model holds against the active account, is told why, and is taken away', async () => {
  const folder = await world.makeFolder('pinned')
  await go(/^Projects/)
  await createProject(page, folder.path)
  await expectState(page, 'ready', 120_000)
  await expectAnswer('One?', 'By home.', HOME)
  await page.locator('#account-chip').click()
  await page.getByRole('menuitem', { name: /^For .* in this project$/ }).click()
  const forModel = page.getByRole('menu', { name: /^For / })
  await forModel.getByRole('menuitemradio', { name: /Always office/ }).click()
  await expect(page.locator('#account-chip')).toHaveAccessibleName('Account: office / seat, pinned')
  await expectAnswer('Two?', 'By the pinned one.', WORK)
  await page.locator('#account-chip').click()
  await expect(page.getByRole('menu').first()).toContainText(
    /office \/ seat is pinned for .* in this project/,
  )
  await page.keyboard.press('Escape')
  await go(/^Providers/)
  await page.getByRole('button', { name: /^Take away: office/ }).click()
  await expect(page.getByRole('list', { name: 'Pins' })).toHaveCount(0)
  await go(/^pinned/)
  await expectAnswer('Three?', 'By home again.', HOME)
})

test('a new key is tested, and every project follows it', async () => {
  await go(/^Providers/)
  await menu('home', 'Replace key')
  await page.getByLabel('API key').fill(WRONG)
  await page.getByRole('button', { name: 'Replace', exact: true }).click()
  await expect(page.getByRole('alert').filter({ hasText: /Wrong key/ })).toBeVisible()
  await page.getByLabel('API key').fill(NEXT)
  await page.getByRole('button', { name: 'Replace', exact: true }).click()
  await expect(page.getByText(/home has a new key/)).toBeVisible()
  accepted.delete(HOME)
  await go(/^pinned/)
  await expectAnswer('Four?', 'By the new key.', NEXT)
})

test('the real key is given only after its consequences are confirmed, and is marked', async () => {
  await page.getByRole('tab', { name: 'Settings' }).click()
  await page.getByRole('radio', { name: 'The real key' }).click()
  await page.getByRole('button', { name: 'Keep the gateway' }).click()
  await expect(page.getByRole('radio', { name: /^Through the gateway/ })).toBeChecked()
  await page.getByRole('radio', { name: 'The real key' }).click()
  await expect(page.getByRole('dialog')).toContainText('The agent can read the key')
  await page.getByRole('button', { name: 'Give it the real key' }).click()
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(page.locator('header').getByText('real key')).toBeVisible()
  await page.getByRole('button', { name: 'Restart' }).click()
  // Until then it is still ready from before.
  await expectState(page, 'starting', 60_000)
  await expectState(page, 'ready', 120_000)
  await expectAnswer('Five?', 'By the key itself.', NEXT)
})

test('a server of the user’s own tells its models to who has its key', async () => {
  await page.goto(`${world.berth().origin}/#/connect`)
  await page.getByRole('button', { name: /^Your own/ }).click()
  await page.getByRole('button', { name: 'Find local servers' }).click()
  await expect(page.getByText(/No server answers|server(s)? found/)).toBeVisible()
  await page.getByLabel('Name', { exact: true }).fill('Lab')
  await page.getByLabel('Base URL').fill(`http://127.0.0.1:${world.vendor.httpPort}/v1`)
  await page.getByLabel('Ask the server for its models').check()
  await page.getByRole('button', { name: 'Ask now' }).click()
  await expect(page.getByRole('dialog').getByText(/401|asks for a key|refused/)).toBeVisible()
  await page.getByLabel('API key').fill(WORK)
  await page.getByRole('button', { name: 'Ask now' }).click()
  await expect(page.getByText(/It has \d+ models?/)).toBeVisible()
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(page.getByLabel('API key')).toHaveValue(WORK)
  await page.getByRole('button', { name: 'Connect Lab' }).click()
  const card = page.getByRole('region', { name: 'Lab' })
  await expect(card.getByText('connected', { exact: true })).toBeVisible()
  await card.getByRole('button', { name: 'Refresh models' }).click()
  await expect(card.getByText(/Models as its server told them now/)).toBeVisible()
})
