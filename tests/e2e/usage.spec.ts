import { readFileSync } from 'node:fs'
import { expect, type Page, test } from '@playwright/test'
import { say } from '../support/model-server/replies.ts'
import { expectAccessible } from './support/axe.ts'
import { ask, connectAnthropic, createProject, expectState, makeWorld, type World } from './support/world.ts'

/** What real requests used, on the screen and in the file; and a budget from its first warning to being raised. */
test.describe.configure({ mode: 'serial' })

let world: World
let page: Page
test.beforeAll(async ({ browser }) => {
  world = await makeWorld()
  const context = await browser.newContext()
  page = await context.newPage()
  await page.goto(world.berth().url)
})
test.afterAll(async () => {
  await page.context().close()
  await world.close()
})

const go = (place: RegExp) => page.getByRole('button', { name: place }).first().click()
const pick = (name: string) => page.getByRole('radio', { name, exact: true }).click()
const toast = (text: string | RegExp) => page.locator('[data-sonner-toast]').filter({ hasText: text })

/** The saved file's rows, each by its headings. */
async function csv(): Promise<Record<string, string>[]> {
  const downloading = page.waitForEvent('download')
  await page.getByRole('button', { name: 'CSV' }).click()
  const download = await downloading
  expect(download.suggestedFilename()).toMatch(/^berth-usage-\d{4}-\d\d-\d\d\.csv$/)
  const [head = '', ...lines] = readFileSync(await download.path(), 'utf8')
    .trimEnd()
    .split('\r\n')
  const names = head.split(',')
  return lines.map((line) => {
    const cells = line.split(',')
    return Object.fromEntries(names.map((name, i) => [name, cells[i] ?? '']))
  })
}

const tokensIn = (row: Record<string, string>): number =>
  ['input', 'output', 'cache_read', 'cache_write'].reduce(
    (sum, kind) => sum + Number(row[`${kind}_tokens`]),
    0,
  )

test('says what will be counted before there is anything', async () => {
  await connectAnthropic(page)
  await go(/^Usage/)
  await expect(page.getByText('Nothing was used in this time')).toBeVisible()
  await expect(page.getByText('No budget yet.')).toBeVisible()
  await expectAccessible(page, 'usage, empty')
})

test('counts the requests of a project in its chart and its table', async () => {
  const folder = await world.makeFolder('counted')
  await go(/^Projects/)
  await createProject(page, folder.path)
  await expectState(page, 'ready', 120_000)
  world.vendor.script(say('One request was counted.'))
  await ask(page, 'Count me')
  await expect(page.getByText('One request was counted.')).toBeVisible()
  await go(/^Usage/)
  await expect(page.getByRole('row', { name: /^counted/ })).toContainText(/\$0\.\d+/)
  const day = page.getByRole('slider', { name: /^Day shown of the chart of cost/ })
  await expect(day).toHaveAttribute('aria-valuetext', /: \$0\.\d+\. counted \$0\.\d+$/)
  // The last bar is drawn: there is colour on the chart's right edge that is neither axis nor line.
  const coloured = page.locator('canvas').evaluate((canvas: HTMLCanvasElement) => {
    const { width, height } = canvas
    const { data } = canvas.getContext('2d')?.getImageData(width * 0.85, 0, width * 0.15, height) ?? {
      data: [],
    }
    let count = 0
    for (let i = 0; i < data.length; i += 4) {
      const [red = 0, green = 0, blue = 0] = [data[i], data[i + 1], data[i + 2]]
      if (Math.max(red, green, blue) - Math.min(red, green, blue) > 40) count++
    }
    return count / (data.length / 4)
  })
  expect(await coloured).toBeGreaterThan(0.1)
  for (const [group, row] of [
    ['Account', /^main \(Anthropic\)/],
    ['Model', /^claude-/],
    ['Provider', /^Anthropic/],
  ] as const) {
    await pick(group)
    await expect(page.getByRole('row', { name: row }).first()).toContainText(/\$0\.\d+/)
  }
  await pick('Tokens')
  await expect(page.getByRole('slider', { name: /chart of tokens/ })).toBeVisible()
  await pick('Project')
  await pick('Today')
  await expect(page.getByRole('row', { name: /^counted/ })).toBeVisible()
  await expectAccessible(page, 'usage')
})

test('saves the same numbers as CSV', async () => {
  const rows = await csv()
  expect(rows).toMatchObject([{ label: 'counted', failed: '0', retries: '0', unpriced_requests: '0' }])
  const [row = {}] = rows
  const sent = world.vendor.prompts().length
  expect(Number(row.requests)).toBeGreaterThanOrEqual(sent)
  expect(tokensIn(row)).toBeGreaterThan(0)
  expect(Number(row.cost_usd)).toBeGreaterThan(0)
  await expect(
    page
      .getByRole('row', { name: /^counted/ })
      .getByRole('cell')
      .first(),
  ).toHaveText(row.requests ?? '')
  await pick('Model')
  const models = await csv()
  expect(models.every(({ key }) => key?.startsWith('anthropic/claude-'))).toBe(true)
  expect(models.reduce((sum, one) => sum + tokensIn(one), 0)).toBe(tokensIn(row))
  await pick('Project')
})

test('a budget set near what is used warns at once, and is used up by the next request', async () => {
  const [row = {}] = await csv()
  const limit = Math.ceil(tokensIn(row) / 0.95)
  await page.getByRole('button', { name: 'Add budget' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: 'Project or account' }).click()
  await page.getByRole('option', { name: /^counted/ }).click()
  await dialog.getByRole('radio', { name: 'Tokens' }).click()
  await dialog.getByLabel('Limit').fill(String(limit))
  await dialog.getByRole('button', { name: 'Add', exact: true }).click()
  await expect(toast(/counted has used 9\d % of its budget: [\d,]+ of [\d,]+ tokens a day\./)).toBeVisible()
  await expect(page.getByText('Nearly used up. At 100 % requests of counted are refused.')).toBeVisible()
  await expectAccessible(page, 'a budget near its end')
  await go(/^counted/)
  world.vendor.script(say('The last of it.'))
  await ask(page, 'Is there some left?')
  await expect(page.getByText('The last of it.')).toBeVisible()
  await expect(toast(/^The budget of counted is used up: [\d,]+ of [\d,]+ tokens a day\./)).toBeVisible()
})

test('it stops the next prompt with a sentence, and is raised from the notice in one step', async () => {
  const before = world.vendor.prompts().length
  await ask(page, 'And now?')
  const said =
    /The budget of counted is used up: [\d,]+ of [\d,]+ tokens a day\. Raise it in Berth's Usage to go on, or wait until the day ends\./
  await expect(page.getByRole('region', { name: 'Messages' }).getByText(said)).toBeVisible()
  await expect(page.getByRole('button', { name: 'Raise the budget' })).toBeVisible()
  expect(world.vendor.prompts()).toHaveLength(before)
  await expectAccessible(page, 'a prompt stopped by a budget')
  await toast(/used up/)
    .getByRole('button', { name: 'Raise' })
    .click()
  const dialog = page.getByRole('dialog')
  await expect(dialog).toContainText('counted')
  await expect(dialog.getByLabel('Limit')).not.toHaveValue('')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await expect(toast(/used up/)).toHaveCount(0)
  world.vendor.script(say('There is room again.'))
  await ask(page, 'And now?')
  await expect(page.getByText('There is room again.')).toBeVisible()
  await go(/^Usage/)
  await expect(page.getByRole('meter', { name: /^Used of the budget of counted/ })).toBeVisible()
  await expect(page.getByText(/^Used up\./)).toHaveCount(0)
})
