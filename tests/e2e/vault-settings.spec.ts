import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, type Page, test } from '@playwright/test'
import { expectNowhere } from './support/sources.ts'
import {
  CANARY,
  connectAnthropic,
  expectNoCanaryOnDisk,
  makeWorld,
  recordTraffic,
  type World,
} from './support/world.ts'

/** The vault's settings: lock, rotate, recovery, export; and back from a vault that nothing opens any more. */
test.describe.configure({ mode: 'serial' })

const RECOVERY = 'mulberry tin orchard vow'
const EXPORT = 'seven quiet harbour lamps'

let world: World
let page: Page
let received: () => string
let exported: Buffer

test.beforeAll(async ({ browser }) => {
  world = await makeWorld()
  page = await browser.newPage()
  received = recordTraffic(page)
  await page.goto(world.berth().url)
  await connectAnthropic(page)
  await toSettings()
})
test.afterAll(async () => {
  await page.close()
  await world.close()
})

const toSettings = () => page.goto(`${world.berth().origin}/#/settings`)
const button = (name: string | RegExp) => page.getByRole('button', { name, exact: true })
const dialog = () => page.getByRole('dialog')
const field = (label: string) => page.getByLabel(label, { exact: true })
const vaultText = () => readFileSync(join(world.dataDir, 'vault.json'), 'utf8')

test('locks, and opens again by the keychain', async () => {
  await button('Lock').click()
  await expect(page.getByRole('heading', { name: 'The vault is locked' })).toBeVisible()
  await button('Unlock').click()
  await expect(page.getByRole('heading', { name: 'Settings' })).toBeVisible()
})

test('says how strong a passphrase is, and takes it when both are the same', async () => {
  await button('Set').click()
  await field('Passphrase').fill('aaaaaaaa')
  await expect(dialog()).toContainText('Weak')
  await field('Passphrase').fill(RECOVERY)
  await expect(dialog()).toContainText('Strong.')
  await field('The same again').fill('something else')
  await expect(dialog()).toContainText('The two are not the same.')
  await expect(dialog().getByRole('button', { name: 'Set', exact: true })).toBeDisabled()
  await field('The same again').fill(RECOVERY)
  await page.keyboard.press('Enter')
  await expect(page.getByText('Set. It opens the vault should the keychain lose its entry.')).toBeVisible()
})

test('a new key for the vault: a wrong passphrase is answered in place, the right one does it', async () => {
  const before = vaultText()
  await button('New key').click()
  await field('Recovery passphrase').fill('not the one at all')
  await button('Make a new key').click()
  await expect(dialog().getByRole('alert')).toContainText('not the passphrase')
  expect(vaultText()).toBe(before)
  await field('Recovery passphrase').fill(RECOVERY)
  await button('Make a new key').click()
  await expect(page.getByText('The vault has a new key.')).toBeVisible()
  await expect(dialog()).toHaveCount(0)
  expect(vaultText()).not.toBe(before)
})

test('lock times act at once and are there after a reload', async () => {
  await page.getByLabel('Lock when it was not used for').click()
  await page.getByRole('option', { name: '1 hour' }).click()
  const sleep = page.getByRole('switch', { name: 'Lock when the computer sleeps' })
  await sleep.click()
  const asleep = await sleep.getAttribute('aria-checked')
  await page.reload()
  await expect(page.getByLabel('Lock when it was not used for')).toContainText('1 hour')
  await expect(sleep).toHaveAttribute('aria-checked', String(asleep))
})

test('the check-up says how each thing is, and runs again', async () => {
  const checks = page.getByRole('region', { name: 'Check-up' }).getByRole('listitem')
  await expect(checks.filter({ hasText: 'good' }).first()).toBeVisible({ timeout: 60_000 })
  await button('Run again').click()
  await expect(button('Run again')).toBeEnabled({ timeout: 60_000 })
})

test('exports every account under a passphrase', async () => {
  await button('Export').click()
  await field('Passphrase').fill(EXPORT)
  await field('The same again').fill(EXPORT)
  const download = page.waitForEvent('download')
  await page.keyboard.press('Enter')
  const saved = await download
  expect(saved.suggestedFilename()).toMatch(/^berth-accounts-.*\.age$/)
  exported = readFileSync(await saved.path())
  expect(exported.toString('latin1')).toContain('age-encryption.org/v1')
  expect(exported.includes(CANARY)).toBe(false)
  await expect(dialog()).toContainText('1 account exported')
  await button('Done').click()
})

test('a vault that nothing opens is set aside, kept, and its accounts come back from the export', async () => {
  await world.berth().quit()
  const damaged = vaultText().slice(0, 60)
  writeFileSync(join(world.dataDir, 'vault.json'), damaged)
  await world.startAgain()
  await page.goto(world.berth().url)
  await expect(page.getByRole('heading', { name: 'The vault cannot be read' })).toBeVisible()
  await button('Set the vault aside').click()
  await expect(dialog()).toContainText('kept in the same folder under another name')
  await button('Set it aside').click()
  await expect(page.getByRole('navigation', { name: 'Places' })).toBeVisible()
  expect(vaultText()).not.toBe(damaged)

  await page.goto(`${world.berth().origin}/#/import/berth`)
  await page
    .getByTestId('import-file')
    .setInputFiles({ name: 'mine.age', mimeType: 'application/octet-stream', buffer: exported })
  await field('Passphrase').fill('not the one at all')
  await button('Look inside').click()
  await expect(page.getByRole('alert')).toContainText(/passphrase/i)
  await expect(page.getByText('mine.age')).toBeVisible()
  await field('Passphrase').fill(EXPORT)
  await button('Look inside').click()
  await button('Import 1 account').click()
  await expect(page.getByRole('heading', { level: 2 }).first()).toBeFocused()
  await button('Test it').click()
  await expect(page.getByText('works', { exact: true })).toBeVisible()
  await expectNowhere(page, received(), [CANARY, EXPORT, RECOVERY])
  expectNoCanaryOnDisk(world.dataDir)
})
