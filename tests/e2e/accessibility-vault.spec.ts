import { expect, test } from '@playwright/test'
import { expectAccessible } from './support/axe.ts'
import { makeWorld, type World } from './support/world.ts'

/** axe on what the import assistant, Activity and the vault show only after something was done in them. */

let world: World
test.beforeAll(async () => {
  world = await makeWorld()
})
test.afterAll(() => world.close())

test('axe finds nothing serious in an import, the trail, a dialog and before a locked vault', async ({
  page,
}) => {
  test.setTimeout(300_000)
  await page.goto(world.berth().url)
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  await page.goto(`${world.berth().origin}/#/import/keys`)
  await page
    .getByLabel('Keys')
    .fill(`router sk-or-v1-${'0a1b'.repeat(16)}\nsk-4d1f7a90c2be5683d1f07a94c2be5d83\nnot a key`)
  await page.getByRole('button', { name: 'Look inside' }).click()
  await page.getByRole('button', { name: 'Edit router' }).click()
  await expectAccessible(page, 'import preview')
  await page.getByRole('button', { name: 'Import 1 account' }).click()
  await expect(page.getByRole('button', { name: 'Test it' })).toBeVisible()
  await expectAccessible(page, 'import result')

  await page.goto(`${world.berth().origin}/#/activity`)
  await page.getByRole('list', { name: 'Timeline' }).getByRole('button').first().click()
  await expectAccessible(page, 'activity, opened')

  await page.goto(`${world.berth().origin}/#/settings`)
  await expect(page.getByText('good', { exact: true }).first()).toBeVisible({ timeout: 60_000 })
  await expectAccessible(page, 'settings, checked')
  await page.getByRole('button', { name: 'Export', exact: true }).click()
  await expect(page.getByRole('dialog')).toBeVisible()
  await expectAccessible(page, 'export')
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Lock', exact: true }).click()
  await expect(page.getByRole('heading', { name: 'The vault is locked' })).toBeVisible()
  await expectAccessible(page, 'locked')
})
