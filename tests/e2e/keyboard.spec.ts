import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, type Page, test } from '@playwright/test'
import { say, useTool } from '../support/model-server/replies.ts'
import { CANARY, expectState, makeWorld, type World } from './support/world.ts'

/** The main job with nothing but keys: no click, no fill, only what a keyboard sends. */

let world: World
test.beforeAll(async () => {
  world = await makeWorld()
})
test.afterAll(() => world.close())

/** Tab until the focused element has this accessible name, as a person would. */
async function tabTo(page: Page, name: RegExp, limit = 60): Promise<void> {
  for (let step = 0; step < limit; step += 1) {
    const focused = await page.evaluate(() => {
      const element = document.activeElement
      if (!(element instanceof HTMLElement)) return ''
      const labels = element instanceof HTMLInputElement ? [...(element.labels ?? [])] : []
      return element.getAttribute('aria-label') ?? (labels[0] ?? element).textContent ?? ''
    })
    if (name.test(focused)) return
    await page.keyboard.press('Tab')
  }
  throw new Error(`no element named ${name} was reached in ${limit} tabs`)
}

/** The focused element must show that it is. */
async function expectVisibleFocus(page: Page): Promise<void> {
  const outline = await page.evaluate(() => {
    const marked = (element: Element | null): boolean => {
      for (let one = element; one !== null; one = one.parentElement) {
        const style = getComputedStyle(one)
        if (style.outlineStyle !== 'none' && Number.parseFloat(style.outlineWidth) >= 1) return true
      }
      return false
    }
    return marked(document.activeElement)
  })
  expect(outline).toBe(true)
}

test('the main job by keyboard alone', async ({ page }) => {
  const folder = await world.makeFolder('keys')
  await page.goto(world.berth().url)
  await expect(page.getByRole('heading', { name: 'Three steps to a first answer' })).toBeVisible()

  await tabTo(page, /^Connect a provider$/)
  await expectVisibleFocus(page)
  await page.keyboard.press('Enter')
  await expect(page.getByRole('combobox', { name: 'Providers' })).toBeFocused()
  await page.keyboard.type('anthropic')
  await page.keyboard.press('Enter')
  await expect(page.getByLabel('API key')).toBeFocused()
  await page.keyboard.type(CANARY)
  await page.keyboard.press('Enter')
  await expect(page.getByText('Anthropic connected')).toBeVisible()

  await page.keyboard.press('ControlOrMeta+n')
  await expect(page.getByLabel('Folder')).toBeFocused()
  await page.keyboard.type(folder.path)
  await expect(page.getByLabel('Name')).toHaveValue('keys')
  await page.keyboard.press('Escape')
  await tabTo(page, /^Start$/)
  await expectVisibleFocus(page)
  await page.keyboard.press('Enter')
  await expectState(page, 'ready', 120_000)

  world.vendor.script(
    useTool('bash', { command: 'touch by-keys.txt', description: 'Touch a file' }),
    say('Done by keys.'),
  )
  await page.keyboard.press('ControlOrMeta+l')
  await expect(page.locator('#composer')).toBeFocused()
  await page.keyboard.type('Touch a file.')
  await page.keyboard.press('Enter')
  const card = page.getByLabel(/^Permission:/)
  await expect(card).toBeVisible()
  // A key pressed as the card appears was meant for something else and does not count.
  await expect(async () => {
    await page.keyboard.press('y')
    await expect(card).toBeHidden({ timeout: 1_000 })
  }).toPass()
  await expect(page.getByText('Done by keys.')).toBeVisible()
  expect(existsSync(join(folder.path, 'by-keys.txt'))).toBe(true)

  await page.keyboard.press('ControlOrMeta+k')
  await expect(page.getByRole('dialog')).toBeVisible()
  await page.keyboard.type('providers')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { name: 'Providers', level: 1 })).toBeVisible()
  await page.keyboard.press('ControlOrMeta+1')
  await expect(page.getByRole('heading', { name: 'Projects', level: 1 })).toBeVisible()
})
