import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { expect, type Page, test } from '@playwright/test'
import Docker from 'dockerode'
import { engineSocket } from '../support/docker.mjs'
import { startBerth } from './support/berth.ts'
import {
  connectAnthropic,
  createProject,
  expectState,
  makeWorld,
  projectIds,
  type World,
} from './support/world.ts'

/** What a person does wrong, or finds wrong, and the sentence they get for it on the screen. */

let world: World
test.afterEach(() => world.close())

async function open(page: Page): Promise<void> {
  await page.goto(world.berth().url)
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
}

async function fillFolder(page: Page, path: string): Promise<void> {
  await page.getByRole('button', { name: 'New project' }).first().click()
  await page.getByLabel('Folder').fill(path)
  await page.getByLabel('Name').fill('bad')
  await page.keyboard.press('Escape')
}

const alert = (page: Page, text: RegExp) => page.getByRole('alert').filter({ hasText: text }).first()

test('folders that cannot be used, at the field, with nothing lost', async ({ page }) => {
  world = await makeWorld()
  await open(page)
  await connectAnthropic(page)
  await fillFolder(page, '/no/such/folder')
  await expect(alert(page, /\/no\/such\/folder/)).toBeVisible()
  await page.getByRole('button', { name: /^(Start|Pull)/ }).click()
  await expect(alert(page, /\/no\/such\/folder/)).toBeVisible()
  await expect(page.getByLabel('Name')).toHaveValue('bad')

  const folder = await world.makeFolder('locked')
  chmodSync(folder.path, 0o500)
  await page.getByLabel('Folder').fill(folder.path)
  await expect(alert(page, /may not|not writable|cannot write|write/i)).toBeVisible()
})

test('an image that is nowhere: the step says so and offers another', async ({ page }) => {
  world = await makeWorld()
  await open(page)
  await connectAnthropic(page)
  const folder = await world.makeFolder('noimage')
  await fillFolder(page, folder.path)
  await page.getByLabel('Image').fill('berth-no-such-image:1')
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: /^Pull berth-no-such-image:1/ }).click()
  await expectState(page, 'failed', 90_000)
  await expect(alert(page, /berth-no-such-image:1/)).toBeVisible()
  await expect(page.getByRole('button', { name: /image/i }).first()).toBeVisible()
})

test('no engine: says so, and offers to run without a container', async ({ page }) => {
  world = await makeWorld({ env: { BERTH_ENGINE: 'unix:///nonexistent/docker.sock' } })
  await open(page)
  await expect(page.getByText('A container engine is needed')).toBeVisible()
  await expect(page.getByText(/\/nonexistent\/docker\.sock/).first()).toBeVisible()
  await connectAnthropic(page)
  await page.getByRole('button', { name: 'Run without a container' }).first().click()
  const folder = await world.makeFolder('bare')
  await page.getByLabel('Folder').fill(folder.path)
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Start without a container' }).click()
  await expectState(page, 'ready', 120_000)
  await expect(page.getByText('not isolated')).toBeVisible()
})

test('a damaged vault is named and kept', async ({ page }) => {
  world = await makeWorld()
  await open(page)
  await connectAnthropic(page)
  await world.berth().quit()
  const file = join(world.dataDir, 'vault.json')
  writeFileSync(file, '{"half":')
  await world.startAgain()
  await expect(page.getByText(/vault\.json/).first()).toBeVisible()
  await expect(page.getByRole('button', { name: /Check again/ })).toBeVisible()
  expect(readFileSync(file, 'utf8')).toBe('{"half":')
  // The state before the last write is offered, and taken only when asked for.
  await page.getByRole('button', { name: /^Go back to the vault of/ }).click()
  await expect(page.getByText('Anthropic connected')).toBeVisible()
})

test('no keychain: a passphrase, never a silent fallback; then locked, wrong, and open', async ({ page }) => {
  const env = { DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nonexistent/bus' }
  world = await makeWorld({ env })
  await page.goto(world.berth().url)
  const passphrase = page.getByLabel('Passphrase', { exact: true })
  await expect(passphrase).toBeVisible()
  await passphrase.fill('correct horse battery')
  await page.getByLabel('The same again', { exact: true }).fill('correct horse battery')
  await page.keyboard.press('Enter')
  await connectAnthropic(page)
  await world.berth().quit()
  await world.startAgain()
  await expect(page.getByRole('heading', { name: /locked|unlock/i })).toBeVisible()
  await passphrase.fill('wrong horse')
  await page.keyboard.press('Enter')
  await expect(alert(page, /passphrase/i)).toBeVisible()
  await passphrase.fill('correct horse battery')
  await page.keyboard.press('Enter')
  await expect(page.getByText('Anthropic connected')).toBeVisible()
})

test('a vault the user locks is opened again by the keychain that keeps it', async ({ page }) => {
  world = await makeWorld()
  await open(page)
  await connectAnthropic(page)
  await page.goto(`${world.berth().origin}/#/settings`)
  await page.getByRole('button', { name: 'Lock', exact: true }).click()
  await expect(page.getByRole('heading', { name: 'The vault is locked' })).toBeVisible()
  await page.reload()
  await page.getByRole('button', { name: 'Unlock' }).click()
  await expect(page.getByText('Kept by the system keychain')).toBeVisible()
})

test('a key that is not one, a label twice, the same key twice', async ({ page }) => {
  world = await makeWorld()
  await open(page)
  await connectAnthropic(page)
  await page.getByRole('button', { name: 'Add another' }).click()
  await page.getByRole('combobox', { name: 'Providers' }).fill('anthropic')
  await page
    .getByRole('option', { name: /^Anthropic/ })
    .first()
    .click()
  await page.getByLabel('API key').fill('sk-ant-api03-with a blank inside it')
  await page.getByRole('button', { name: 'Connect Anthropic' }).click()
  await expect(alert(page, /blank|space/i)).toBeVisible()
})

test('a port that is taken, for the browser surface', async () => {
  world = await makeWorld()
  const squatter = createServer().listen(0, '127.0.0.1')
  await new Promise((listening) => squatter.once('listening', listening))
  const address = squatter.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  await world.berth().quit()
  await expect(startBerth({ dataDir: world.dataDir, port })).rejects.toThrow(new RegExp(`${port}`))
  squatter.close()
})

test('a second Berth on the same data folder is turned away', async () => {
  world = await makeWorld()
  await expect(startBerth({ dataDir: world.dataDir })).rejects.toThrow(/already running/)
})

test('a container that is stopped from outside is noticed, and starts again', async ({ page }) => {
  world = await makeWorld()
  await open(page)
  await connectAnthropic(page)
  const folder = await world.makeFolder('fragile')
  await createProject(page, folder.path)
  await expectState(page, 'ready', 120_000)
  const [id] = projectIds(world.dataDir)
  await new Docker({ socketPath: engineSocket() }).getContainer(`berth-${id}`).kill()
  await expectState(page, 'stopped')
  await page.getByRole('button', { name: 'Start', exact: true }).first().click()
  await expectState(page, 'ready', 120_000)
})
