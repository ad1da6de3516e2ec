import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, type Page, test } from '@playwright/test'
import Docker from 'dockerode'
import { BASE_IMAGE, engineSocket } from '../support/docker.mjs'
import type { TempProject } from '../support/temp-project.ts'
import { makeSourceFolder, NEXT_PROMPT, NEXT_WORK, PROMPT, WORK } from './screenshots.samples.ts'
import { AUTH_FILE, makeOtherHome, type OtherHome } from './support/sources.ts'
import { ask, createProject, expectState, makeWorld, type World } from './support/world.ts'

/** The main job once through, with a picture of every screen on the way. */

const out = process.env.BERTH_SCREENSHOTS ?? resolve(import.meta.dirname, '../../docs/screenshots')
const docker = new Docker({ socketPath: engineSocket() })
/** A name for the image as a team might have given it; gone afterwards. */
const IMAGE = { repo: 'atlas/dev', tag: 'bookworm' }
const IMAGE_NAME = `${IMAGE.repo}:${IMAGE.tag}`

let world: World
let home: OtherHome
const folders: TempProject[] = []

test.beforeAll(async () => {
  mkdirSync(out, { recursive: true })
  await docker.getImage(BASE_IMAGE).tag(IMAGE)
  home = makeOtherHome()
  home.write(AUTH_FILE, authFile())
  world = await makeWorld({
    vendor: { title: 'Health endpoint' },
    env: { BERTH_DEFAULT_IMAGE: IMAGE_NAME, ...home.env },
  })
})

test.afterAll(async () => {
  await world.close()
  await docker.getImage(IMAGE_NAME).remove()
  for (const folder of folders) await folder.remove()
  home.remove()
})

async function folderNamed(name: string): Promise<string> {
  const folder = await makeSourceFolder(name)
  folders.push(folder)
  return folder.path
}

/** Both themes at the full size, and at the smallest Berth is made for where that adds something. */
async function picture(page: Page, name: string, options: { small?: boolean } = {}): Promise<void> {
  // Out of the way, lest something looks hovered.
  await page.mouse.move(100, 600)
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await page.screenshot({ path: join(out, `${name}-${colorScheme}.png`) })
    if (options.small !== true) continue
    await page.setViewportSize({ width: 900, height: 600 })
    await page.screenshot({ path: join(out, `${name}-${colorScheme}-small.png`) })
    await page.setViewportSize({ width: 1280, height: 800 })
  }
}

/** Toasts are for the moment; in a picture they only hide something. */
async function waitForToasts(page: Page): Promise<void> {
  await page.mouse.move(640, 500)
  await expect(page.locator('[data-sonner-toast]')).toHaveCount(0)
}

interface Connecting {
  readonly provider: string
  readonly key: string
  readonly label: string
  readonly group: string
}

async function fillAccount(page: Page, { provider, key, label, group }: Connecting): Promise<void> {
  await page.getByRole('combobox', { name: 'Providers' }).fill(provider)
  await page
    .getByRole('option', { name: new RegExp(`^${provider}`) })
    .first()
    .click()
  await page.getByRole('combobox', { name: 'Providers' }).fill('')
  await page.getByLabel('API key').fill(key)
  await page.getByLabel('Label').fill(label)
  await page.getByLabel('Group').fill(group)
}

async function submitAccount(page: Page, { provider }: Connecting): Promise<void> {
  await page.getByRole('button', { name: `Connect ${provider}` }).click()
  await expect(page.getByText(`${provider} is connected.`)).toBeVisible()
  await waitForToasts(page)
}

async function connect(page: Page, account: Connecting): Promise<void> {
  await page.goto(`${world.berth().origin}/#/connect`)
  await fillAccount(page, account)
  await submitAccount(page, account)
}

/** What OpenCode on this machine keeps: one key that is here already, two that are not, and one nobody may take. */
function authFile(): string {
  return JSON.stringify({
    openai: { type: 'api', key: fakeKey('sk-proj-', 'o4Rt') },
    openrouter: { type: 'api', key: `sk-or-v1-${'5a'.repeat(30)}9e1b` },
    groq: { type: 'api', key: `gsk_${'Sample'.repeat(8)}w81K` },
    anthropic: {
      type: 'oauth',
      access: fakeKey('sk-ant-oat01-', 'aaaa'),
      refresh: fakeKey('sk-ant-ort01-', 'bbbb'),
      expires: 1,
    },
  })
}

/** The import assistant, Activity and the settings. */
async function picturesOfTheVault(page: Page): Promise<void> {
  await page.goto(`${world.berth().origin}/#/import`)
  await page.getByRole('button', { name: /^Look inside OpenCode/ }).click()
  await expect(page.getByRole('button', { name: /^Import 2/ })).toBeVisible()
  await picture(page, 'import', { small: true })
  await page.goto(`${world.berth().origin}/#/activity`)
  await expect(page.getByRole('list', { name: 'Timeline' })).toBeVisible()
  await picture(page, 'activity', { small: true })
  await page.goto(`${world.berth().origin}/#/settings`)
  await expect(page.getByText('good', { exact: true }).first()).toBeVisible({ timeout: 60_000 })
  await picture(page, 'settings', { small: true })
}

const fakeKey = (start: string, end: string): string => `${start}${'Sample'.repeat(14)}${end}`

test('the main job in pictures', async ({ page }) => {
  await page.goto(world.berth().url)
  await expect(page.getByText(/found$/)).toBeVisible()
  await expect(page.getByText(/can be brought in$/)).toBeVisible()
  await picture(page, 'first-run')

  const work = { provider: 'Anthropic', key: fakeKey('sk-ant-api03-', 'w7Qd'), label: 'team', group: 'work' }
  await page.getByRole('button', { name: 'Connect a provider' }).click()
  await fillAccount(page, work)
  await picture(page, 'add-provider', { small: true })
  await submitAccount(page, work)
  await connect(page, { ...work, key: fakeKey('sk-ant-api03-', 'h2Xm'), label: 'own', group: 'home' })
  await connect(page, { ...work, provider: 'OpenAI', key: fakeKey('sk-proj-', 'o4Rt'), label: 'team' })
  await page.getByRole('button', { name: /^Projects/ }).click()

  await makeRestingProject(page, 'docs-site')
  await page.getByRole('button', { name: /^Projects/ }).click()
  await page.getByRole('button', { name: 'New project' }).first().click()
  await page.getByLabel('Folder').fill(await folderNamed('atlas-api'))
  await expect(page.getByLabel('Name')).toHaveValue('atlas-api')
  await page.keyboard.press('Escape')
  await page.getByRole('heading', { level: 1 }).click()
  await picture(page, 'new-project')

  await page.getByRole('button', { name: /^(Start|Pull)/ }).click()
  await whilePaused(page, () => picture(page, 'starting'))
  await expectState(page, 'ready', 120_000)

  world.vendor.script(...WORK)
  await ask(page, PROMPT)
  for (let asked = 0; asked < 3; asked += 1) await allowOnce(page)
  await expect(page.getByText('All three tests pass.')).toBeVisible()
  await expectState(page, 'ready')
  await page.getByRole('button', { name: /^edit/ }).last().click()
  await picture(page, 'conversation', { small: true })

  world.vendor.script(...NEXT_WORK)
  await ask(page, NEXT_PROMPT)
  await expect(page.getByLabel(/^Permission:/)).toBeVisible()
  await picture(page, 'permission', { small: true })

  await page.getByRole('button', { name: /^Providers/ }).click()
  await picture(page, 'providers', { small: true })
  await page.getByRole('button', { name: /^Projects/ }).click()
  await picture(page, 'projects')

  await picturesOfTheVault(page)
})

/** A second project makes the list one. */
async function makeRestingProject(page: Page, name: string): Promise<void> {
  await createProject(page, await folderNamed(name))
  await expectState(page, 'ready', 120_000)
  await page.getByRole('button', { name: 'Stop', exact: true }).first().click()
  await expectState(page, 'stopped')
}

async function allowOnce(page: Page): Promise<void> {
  const card = page.getByLabel(/^Permission:/)
  const title = await card.getAttribute('aria-label')
  await card.getByRole('button', { name: /Allow once/ }).click()
  await expect(page.getByLabel(String(title), { exact: true })).toBeHidden()
}

/** Holds a start where it waits for OpenCode: a start is over sooner than its pictures are taken. */
async function whilePaused(page: Page, act: () => Promise<void>): Promise<void> {
  await page.waitForURL(/#\/projects\/\w+/)
  const id = new URL(page.url()).hash.split('/').at(-1)
  const container = docker.getContainer(`berth-${id}`)
  await expect
    .poll(() =>
      container.pause().then(
        () => true,
        () => false,
      ),
    )
    .toBe(true)
  try {
    await expect(page.getByText('Wait for OpenCode, under way')).toBeVisible()
    await act()
  } finally {
    await container.unpause()
  }
}
