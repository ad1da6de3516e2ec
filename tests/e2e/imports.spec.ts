import { expect, type Page, test } from '@playwright/test'
import { AUTH_FILE, expectNowhere, makeOtherHome, type OtherHome } from './support/sources.ts'
import { CANARY, expectNoCanaryOnDisk, makeWorld, recordTraffic, type World } from './support/world.ts'

/** Bringing in what other tools have: offered, looked into, chosen, and the second time nothing. */
test.describe.configure({ mode: 'serial' })

const PASTED = `sk-or-v1-${'c0ffee42'.repeat(8)}`
const UNSURE = 'sk-4d1f7a90c2be5683d1f07a94c2be5d83'
const AUTH = JSON.stringify({
  anthropic: { type: 'api', key: CANARY },
  groq: { type: 'api', key: 'gsk_E2eE2eE2eE2eE2eE2eE2eE2eE2eE2eE2eE2eE2eE2eE2eQ7' },
})

let world: World
let home: OtherHome
let page: Page
let received: () => string

test.beforeAll(async ({ browser }) => {
  home = makeOtherHome()
  home.write(AUTH_FILE, AUTH)
  world = await makeWorld({ env: home.env })
  page = await browser.newPage()
  received = recordTraffic(page)
  await page.goto(world.berth().url)
})
test.afterAll(async () => {
  await page.close()
  await world.close()
  home.remove()
})

const button = (name: string | RegExp) => page.getByRole('button', { name })
const rows = () => page.getByRole('main').getByRole('listitem')
const goToImport = () => page.goto(`${world.berth().origin}/#/import`)

test('keys that Berth can see are offered on first run, and not taken', async () => {
  await expect(page.getByText('2 accounts can be brought in')).toBeVisible()
  await button('Have a look').click()
  await expect(page.getByRole('heading', { name: 'Found on this machine' })).toBeVisible()
  await expect(page.getByText('2 new accounts')).toBeVisible()
  await page.goto(`${world.berth().origin}/#/providers`)
  await expect(page.getByText('No provider is connected')).toBeVisible()
})

test('OpenCode’s keys are previewed, chosen and brought in', async () => {
  await button('Import').click()
  await button(/^Look inside OpenCode/).click()
  await expect(page.getByRole('heading', { name: /^2 accounts in / })).toBeFocused()
  await expect(rows().filter({ hasText: 'Anthropic' })).toContainText('new')
  await page.getByRole('checkbox', { name: /Groq/ }).uncheck()
  await button('Edit OpenCode').first().click()
  await page.getByLabel('Label').fill('from opencode')
  await page.getByLabel('Group').fill('work')
  await button('Import 1 account').click()
  await expect(page.getByRole('heading', { name: /^1 account added, 1 left/ })).toBeFocused()
  expect(home.read(AUTH_FILE)).toBe(AUTH)
  await button('Test it').click()
  await expect(rows().filter({ hasText: 'work / from opencode' })).toContainText('works')
  await button('Show providers').click()
  await expect(page.getByText('work / from opencode').first()).toBeVisible()
  await expectNowhere(page, received(), [CANARY])
})

test('a second time there is nothing to do', async () => {
  await goToImport()
  await button(/^OpenCode/).click()
  await page.getByLabel('File').fill(`${home.path}/${AUTH_FILE}`)
  await button('Look inside').last().click()
  await expect(rows().filter({ hasText: 'Anthropic' })).toContainText('already here')
  await page.getByRole('checkbox', { name: /Groq/ }).uncheck()
  await expect(button('Import').last()).toBeDisabled()
  await button('Back').click()
  await expect(page.getByLabel('File')).toHaveValue(`${home.path}/${AUTH_FILE}`)
})

test('a path that leads nowhere is said at its field, and what was typed stays', async () => {
  await button('All sources').click()
  await button(/^\.env file/).click()
  await page.getByLabel('File').fill('/nowhere/.env')
  await button('Look inside').click()
  await expect(page.getByRole('alert')).toContainText('/nowhere/.env')
  await expect(page.getByLabel('File')).toHaveValue('/nowhere/.env')
})

test('a file is chosen in the page; what it holds is only sent', async () => {
  await page.getByTestId('import-file').setInputFiles({
    name: 'mine.env',
    mimeType: 'text/plain',
    buffer: Buffer.from(`A=1\nOPENROUTER_API_KEY=${PASTED}\n`),
  })
  await expect(page.getByText('mine.env')).toBeVisible()
  await button('Look inside').click()
  await expect(rows().filter({ hasText: 'OpenRouter' })).toContainText('OPENROUTER_API_KEY')
  await expectNowhere(page, received(), [PASTED])
})

test('pasted keys: one is guessed, one is asked about, and the field forgets them', async () => {
  await button('Back').click()
  await button('All sources').click()
  await button(/^Paste keys/).click()
  await page.getByLabel('Keys').fill(`router ${PASTED}\n${UNSURE}\nnot a key at all`)
  await button('Look inside').click()
  const unsure = rows().filter({ hasText: 'unsure' })
  await unsure.getByRole('checkbox').check()
  await expect(page.getByText('Choose whose key this is.')).toBeVisible()
  await expect(button(/^Import 2/)).toBeDisabled()
  await unsure.getByRole('button', { name: /Whose key is it/ }).click()
  await page.getByRole('combobox', { name: /^Provider of/ }).fill('deepseek')
  await page.keyboard.press('Enter')
  await button('Import 2 accounts').click()
  await expect(page.getByRole('heading', { name: /^2 accounts added/ })).toBeVisible()
  await expectNowhere(page, received(), [CANARY, PASTED, UNSURE])
  await button('Import more').click()
  await button(/^Paste keys/).click()
  await expect(page.getByLabel('Keys')).toHaveValue('')
})

test('the same name with another key is the user’s to decide', async () => {
  const next = PASTED.replace('c0ffee42', '5eed1234')
  await page.getByLabel('Keys').fill(`router ${next}`)
  await button('Look inside').click()
  await expect(rows().filter({ hasText: 'conflict' })).toHaveCount(1)
  await expect(button('Import').last()).toBeDisabled()
  await page.getByLabel('What to do with router').click()
  await page.getByRole('option', { name: 'Add as another' }).click()
  await expect(page.getByText('router 2')).toBeVisible()
  await page.getByLabel('What to do with router 2').click()
  await page.getByRole('option', { name: /^Replace/ }).click()
  await button('Import 1 account').click()
  await expect(page.getByRole('heading', { name: '1 replaced.' })).toBeVisible()
  await expectNowhere(page, received(), [next, PASTED])
  expectNoCanaryOnDisk(world.dataDir)
})
