import { expect, type Page, test } from '@playwright/test'
import { gate, say } from '../support/model-server/replies.ts'
import { ask, createProject, expectState, makeWorld, type World } from './support/world.ts'

/** Two accounts of a server of the user's own, and two projects at once: which key a request leaves with, and when. */
test.describe.configure({ mode: 'serial' })

const WORK = 'lab-work-0123456789abcdef'
const HOME = 'lab-home-0123456789abcdef'
const NEXT = 'lab-next-0123456789abcdef'

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
const lastKey = () => world.vendor.prompts().at(-1)?.headers.authorization

async function account(label: string, key: string): Promise<void> {
  await page.getByLabel('API key').fill(key)
  await page.getByLabel('Label').fill(label)
  await page.getByRole('button', { name: 'Connect Lab' }).click()
  await expect(page.getByText('Lab is connected.').first()).toBeVisible()
}

/** Asks, and waits for the answer that is scripted for it. */
async function expectAnswer(question: string, answer: string, key: string): Promise<void> {
  world.vendor.script(say(answer))
  await ask(page, question)
  await expect(page.getByText(answer)).toBeVisible()
  expect(lastKey()).toBe(`Bearer ${key}`)
}

async function accountMenu(name: RegExp, item: string): Promise<void> {
  await go(/^Providers/)
  await page.getByRole('button', { name }).click()
  await page.getByRole('menuitem', { name: item }).click()
}

test('a server of the user’s own gets two accounts', async () => {
  await page.getByRole('button', { name: 'Connect a provider' }).click()
  await page.getByRole('button', { name: /^Your own/ }).click()
  await page.getByLabel('Name').fill('Lab')
  await page.getByLabel('Base URL').fill(`http://127.0.0.1:${world.vendor.httpPort}/v1`)
  await page.getByLabel('Models', { exact: true }).fill('scripted-model Scripted model')
  await page.getByRole('button', { name: 'Save' }).click()
  await account('work', WORK)
  await go(/^Providers/)
  await page.getByRole('button', { name: 'Add account' }).click()
  await account('home', HOME)
  await go(/^Providers/)
  await expect(page.getByRole('radio', { name: 'Use work' })).toBeChecked()
})

test('a switch in the middle of a conversation holds from the next request on', async () => {
  const folder = await world.makeFolder('alpha')
  await go(/^Projects/)
  await createProject(page, folder.path)
  await expectState(page, 'ready', 120_000)
  await expectAnswer('One?', 'By work.', WORK)
  await page.locator('#account-chip').click()
  await page.getByRole('menuitemradio', { name: 'home', exact: true }).click()
  await page.keyboard.press('Escape')
  await expectAnswer('Two?', 'By home.', HOME)
})

test('an account that is removed while it is in use ends no answer, and another serves the next', async () => {
  const half = gate()
  world.vendor.script([say('Half way '), half.step, say('and done.')])
  await ask(page, 'Three?')
  await expect(page.getByText('Half way')).toBeVisible()
  await accountMenu(/^More for home/, 'Disconnect')
  await page.getByRole('button', { name: 'Disconnect', exact: true }).click()
  await expect(page.getByRole('radio', { name: 'Use home' })).toHaveCount(0)
  half.open()
  await go(/^alpha/)
  await expect(page.getByText('and done.')).toBeVisible()
  await expectAnswer('Four?', 'By work again.', WORK)
})

test('a renamed account stays the same, and a new key is used from the next request on', async () => {
  await accountMenu(/^More for work/, 'Edit')
  await page.getByLabel('Label').fill('seat')
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await accountMenu(/^More for seat/, 'Replace key')
  await page.getByLabel('API key').fill(NEXT)
  await page.getByRole('button', { name: 'Replace', exact: true }).click()
  await expect(page.getByText(/seat has a new key/)).toBeVisible()
  await go(/^alpha/)
  await expectAnswer('Five?', 'By the new key.', NEXT)
})

test('two projects answer at once, one without a container, and a reload mixes nothing up', async () => {
  const folder = await world.makeFolder('beta')
  await go(/^Projects/)
  await page.getByRole('button', { name: 'New project' }).first().click()
  await page.getByLabel('Folder').fill(folder.path)
  await page.keyboard.press('Escape')
  await page.getByRole('radio', { name: /Without a container/ }).click()
  await page.getByRole('button', { name: 'Start without a container' }).click()
  await expectState(page, 'ready', 120_000)
  const [first, second] = [gate(), gate()]
  world.vendor.script([say('Beta begins '), first.step, say('and beta ends.')])
  await ask(page, 'Of beta?')
  await expect(page.getByText('Beta begins')).toBeVisible()
  await go(/^alpha/)
  world.vendor.script([say('Alpha begins '), second.step, say('and alpha ends.')])
  await ask(page, 'Of alpha?')
  await expect(page.getByText('Alpha begins')).toBeVisible()
  await page.reload()
  await expect(page.getByText('Alpha begins')).toBeVisible()
  second.open()
  await expect(page.getByText('and alpha ends.')).toBeVisible()
  await expect(page.getByText('Beta begins')).toBeHidden()
  await go(/^beta/)
  first.open()
  await expect(page.getByText('and beta ends.')).toBeVisible()
})
