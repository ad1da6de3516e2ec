import { type BrowserContext, expect, type Page, test } from '@playwright/test'
import { fault, say } from '../support/model-server/replies.ts'
import { expectAccessible } from './support/axe.ts'
import { ask, createProject, expectState, makeWorld, type World } from './support/world.ts'

/** What a person does about limits: switches, silences, changes numbers, gives another chance; on every screen of pools. */
test.describe.configure({ mode: 'serial' })

const WORK = `sk-ant-api03-${'WORK'.repeat(6)}w7Qd`
const HOME = `sk-ant-api03-${'HOME'.repeat(6)}h2Xm`
const SAID = 'This request would exceed your rate limit of 50 requests per minute.'
const TOOK_OVER = 'home is used meanwhile.'

let world: World
let context: BrowserContext
let page: Page
test.beforeAll(async ({ browser }) => {
  world = await makeWorld({ env: { BERTH_POOL_COOLDOWN_CAP: '7200000' } })
  // axe wants a page of a context of its own.
  context = await browser.newContext()
  page = await context.newPage()
  await page.goto(world.berth().url)
})
test.afterAll(async () => {
  await context.close()
  await world.close()
})

const go = (place: RegExp) => page.getByRole('button', { name: place }).first().click()
const pools = () => page.getByRole('region', { name: 'Pools' })
const limits = (name: string) => page.getByRole('list', { name: `Limits of ${name}` })
const toasts = () => page.locator('[data-sonner-toast]')
const limited = (seconds: number, more: Record<string, string> = {}) =>
  fault(429, { message: SAID, headers: { 'retry-after': String(seconds), ...more } })
/** The keys of the requests with this prompt. */
const keysFor = (text: string) =>
  world.vendor
    .prompts()
    .filter(({ body }) => JSON.stringify(body).includes(text))
    .map(({ headers }) => headers['x-api-key'])

async function connect(label: string, key: string): Promise<void> {
  await page.getByLabel('API key').fill(key)
  await page.getByLabel('Label').fill(label)
  await page.getByRole('button', { name: 'Connect Anthropic' }).click()
  await expect(page.getByText('Anthropic is connected.').first()).toBeVisible()
  await go(/^Providers/)
  await expect(page.locator('[data-account]').filter({ hasText: label })).toBeVisible()
}

async function asked(text: string, answer: string): Promise<void> {
  await ask(page, text)
  await expect(page.getByText(answer)).toBeVisible()
  await expectState(page, 'ready')
}

async function showNumbers(): Promise<void> {
  await go(/^Settings/)
  await pools().getByRole('button', { name: 'Show' }).click()
}

/** Fails when a toast stands on something to act with. */
async function expectToastsAside(): Promise<void> {
  await expect(toasts().first()).toBeVisible()
  const covered = () =>
    page.evaluate(() => {
      const boxes = [...document.querySelectorAll('[data-sonner-toast]')].map((one) =>
        one.getBoundingClientRect(),
      )
      const actions = [...document.querySelectorAll('button, a[href], input, textarea')]
      return actions
        .filter((action) => action.closest('[data-sonner-toaster]') === null)
        .filter((action) => {
          const { left, right, top, bottom, width } = action.getBoundingClientRect()
          return (
            width > 0 &&
            boxes.some((box) => left < box.right && box.left < right && top < box.bottom && box.top < bottom)
          )
        })
        .map((action) => action.textContent || action.getAttribute('aria-label'))
    })
  await expect.poll(covered).toEqual([])
}

test('accounts take over, told once and aside of everything to act with', async () => {
  await go(/^Connect a provider/)
  await page.getByRole('combobox', { name: 'Providers' }).fill('anthropic')
  await page
    .getByRole('option', { name: /^Anthropic/ })
    .first()
    .click()
  await connect('work', WORK)
  // The toast of the first account is still there when the second is added.
  await expectToastsAside()
  await page.getByRole('button', { name: 'Add account' }).click()
  await connect('home', HOME)
  await page.getByRole('switch', { name: /take over/ }).click()
  await expect(page.getByRole('dialog')).toContainText('terms apply')
  await expectAccessible(page, 'the notice about terms')
  await page.getByRole('button', { name: 'Let them take over' }).click()
  const folder = await world.makeFolder('ways')
  await go(/^Projects/)
  await createProject(page, folder.path)
  await expectState(page, 'ready', 120_000)
  const window = { 'anthropic-ratelimit-requests-limit': '50', 'anthropic-ratelimit-requests-remaining': '0' }
  world.vendor.script(limited(600, window), say('First from home.'))
  await asked('Ask one', 'First from home.')
  await expect(toasts().filter({ hasText: TOOK_OVER })).toHaveText(
    /work was limited by Anthropic until \d\d:\d\d \(rate limit\)\. home is used meanwhile\./,
  )
  await expectToastsAside()
  world.vendor.script(say('Second from home.'))
  await asked('Ask two', 'Second from home.')
  await expect(toasts().filter({ hasText: TOOK_OVER })).toHaveCount(1)
  await page.getByRole('tab', { name: 'Requests' }).click()
  await expect(page.getByText(/^home: work cooling (10|9) min, rate limit\.$/)).toHaveCount(2)
  await expectAccessible(page, 'requests of a pool')
})

test('the limits and windows of each account are readable, and can be set aside', async () => {
  await go(/^Providers/)
  await expect(limits('work')).toContainText(SAID)
  await expect(page.getByText('100 % used')).toBeVisible()
  await expectAccessible(page, 'providers with a limited account')
  await page.getByRole('button', { name: /^Try now: work/ }).click()
  await expect(limits('work')).toHaveCount(0)
  await expectToastsAside()
})

test('switches are silent when the user wants that, also after a restart', async () => {
  await go(/^Settings/)
  const said = page.getByRole('switch', { name: 'Say when another account takes over' })
  await expect(said).toBeChecked()
  await said.click()
  await expect(said).not.toBeChecked()
  await world.berth().quit()
  await world.startAgain()
  await page.goto(world.berth().url)
  await go(/^Settings/)
  await expect(said).not.toBeChecked()
  await page.goto(`${world.berth().origin}/#/projects`)
  await go(/^ways/)
  await page.getByRole('button', { name: 'Start', exact: true }).first().click()
  await expectState(page, 'ready', 120_000)
  world.vendor.script(limited(600), say('Third from home.'))
  await asked('Ask three', 'Third from home.')
  expect(keysFor('Ask three')).toEqual(expect.arrayContaining([WORK, HOME]))
  // What would be told comes before this.
  world.vendor.script(say('Fourth from home.'))
  await asked('Ask four', 'Fourth from home.')
  await expect(page.getByText(TOOK_OVER)).toHaveCount(0)
})

test('another active account serves the next request of a running project', async () => {
  await page.getByRole('button', { name: /^Account: work/ }).click()
  await page.getByRole('menuitemradio', { name: /^home/ }).last().click()
  await expect(page.getByText('home is used from the next request on.')).toBeVisible()
  world.vendor.script(say('Fifth.'))
  await asked('Ask five', 'Fifth.')
  expect(keysFor('Ask five').at(-1)).toBe(HOME)
  await page.getByRole('button', { name: /^Account: home/ }).click()
  await page.getByRole('menuitemradio', { name: /^work/ }).last().click()
  // Chosen by hand, it is tried again though it was limited.
  world.vendor.script(say('Sixth.'))
  await asked('Ask six', 'Sixth.')
  expect(keysFor('Ask six').at(-1)).toBe(WORK)
})

test('a number counts at once, and one that cannot be is refused by its name', async () => {
  await showNumbers()
  const start = page.getByLabel('Health of a new account')
  await start.fill('120')
  await start.press('Enter')
  await expect(pools().getByRole('alert')).toHaveText(
    '“Health of a new account” (health.start) cannot be 120: it would be above “Best health” (health.max), 100.',
  )
  await start.press('Escape')
  await expect(start).toHaveValue('70')
  const fixed = page.getByLabel('Longest rest', { exact: true })
  await expect(fixed).toBeDisabled()
  await expect(fixed).toHaveAccessibleDescription('Fixed by BERTH_POOL_COOLDOWN_CAP')
  await expect(pools()).toContainText('1 fixed by a variable')
  const pace = page.getByRole('textbox', { name: 'Longest limit that is waited for' })
  await pace.fill('soon')
  await pace.press('Enter')
  await expect(pools().getByRole('alert')).toContainText('“soon” is not a time such as 30 s')
  await pace.fill('0')
  await pace.press('Enter')
  await expect(pools()).toContainText('1 changed')
  await expectAccessible(page, 'numbers of pools')
  await go(/^ways/)
  // A limit of a tenth of a second would have been waited for.
  world.vendor.script(fault(429, { message: SAID, headers: { 'retry-after-ms': '100' } }), say('Seventh.'))
  await asked('Ask seven', 'Seventh.')
  expect(keysFor('Ask seven')).toEqual([WORK, HOME])
  await showNumbers()
  await expect(pace).toHaveValue('0 s')
  await page.getByRole('button', { name: 'Put Longest limit that is waited for back to 5 s' }).click()
  await expect(pace).toHaveValue('5 s')
})

test('when all are limited, the reason leads to Providers, where each gets another chance', async () => {
  await go(/^ways/)
  world.vendor.script(limited(600), limited(900))
  await ask(page, 'Ask eight')
  await expect(
    page.getByText(/^No account of Anthropic can be used now: work cooling .* Attempt 2 in/),
  ).toBeVisible()
  await expectAccessible(page, 'all accounts limited')
  await page.getByRole('button', { name: 'Open Providers' }).click()
  await expect(page.getByRole('heading', { name: 'Providers', level: 1 })).toBeVisible()
  await expect(limits('work')).toBeVisible()
  await expect(limits('home')).toBeVisible()
})

test('where accounts may not take over, the offer to let them leads to Providers', async () => {
  await page.getByRole('switch', { name: /take over/ }).click()
  for (const name of ['work', 'home']) {
    await page.getByRole('button', { name: new RegExp(`^Try now: ${name}`) }).click()
    await expect(limits(name)).toHaveCount(0)
  }
  await go(/^Settings/)
  await page.getByRole('switch', { name: 'Say when another account takes over' }).click()
  await go(/^ways/)
  // OpenCode would wait for ten minutes still.
  await page.getByRole('button', { name: 'Stop', exact: true }).last().click()
  await expectState(page, 'ready')
  world.vendor.script(limited(600))
  await ask(page, 'Ask nine')
  const offer = toasts().filter({ hasText: 'home has room.' })
  await offer.getByRole('button', { name: 'Open' }).click()
  await expect(page.getByRole('heading', { name: 'Providers', level: 1 })).toBeVisible()
  await expect(limits('work')).toBeVisible()
})
