import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, type Page } from '@playwright/test'
import Docker from 'dockerode'
import { BASE_IMAGE, engineSocket } from '../../support/docker.mjs'
import { startModelServer } from '../../support/model-server/server.ts'
import type { ModelServer, ModelServerOptions } from '../../support/model-server/types.ts'
import { makeTempProject, type TempProject } from '../../support/temp-project.ts'
import { type RunningBerth, startBerth } from './berth.ts'

/** A key no test but these uses; wherever it turns up outside the vault and the vendor, something leaked. */
export const CANARY = `sk-ant-api03-${'CANARY'.repeat(5)}x7Qd`

/** Everything outside Berth that a spec needs, with Berth itself, which can be ended and started again. */
export interface World {
  readonly vendor: ModelServer
  readonly dataDir: string
  berth(): RunningBerth
  /** Starts Berth again on the same data folder and port, after `kill` or `quit`. */
  startAgain(): Promise<void>
  makeFolder(name?: string): Promise<TempProject>
  close(): Promise<void>
}

export interface WorldOptions {
  readonly vendor?: ModelServerOptions
  /** Servers in the place of other hosts, as `host:port`. */
  readonly hosts?: Readonly<Record<string, string>>
  readonly env?: Readonly<Record<string, string>>
}

/** Removes what a spec's projects left on the engine, also after a spec that failed half way. */
async function removeContainers(projectIds: readonly string[]): Promise<void> {
  const docker = new Docker({ socketPath: engineSocket() })
  for (const id of projectIds) {
    await docker.getContainer(`berth-${id}`).remove({ force: true }).catch(ignoreAbsent)
    await docker.getVolume(`berth-home-${id}`).remove({ force: true }).catch(ignoreAbsent)
  }
  await docker.getNetwork('berth-confined').remove().catch(ignoreAbsent)
}

/** 403: a network that others are on. */
function ignoreAbsent(error: { statusCode?: number }): void {
  if (error.statusCode !== 404 && error.statusCode !== 403) throw error
}

/** Ids of the projects Berth has files of. */
export function projectIds(dataDir: string): string[] {
  try {
    return readdirSync(join(dataDir, 'projects'))
  } catch {
    return []
  }
}

/** Starts the vendor and Berth. */
export async function makeWorld(options: WorldOptions = {}): Promise<World> {
  const vendor = await startModelServer(options.vendor)
  const dataDir = mkdtempSync(join(tmpdir(), 'berth-e2e-'))
  const folders: TempProject[] = []
  const at = `127.0.0.1:${vendor.httpsPort}`
  const env = {
    BERTH_HOST_MAP: JSON.stringify({ 'api.anthropic.com': at, 'api.openai.com': at, ...options.hosts }),
    BERTH_EXTRA_CA: vendor.caFile,
    BERTH_DEFAULT_IMAGE: BASE_IMAGE,
    BERTH_CACHE_DIR: join(homedir(), '.cache', 'berth-tests'),
    ...options.env,
  }
  let berth = await startBerth({ dataDir, env })
  return {
    vendor,
    dataDir,
    berth: () => berth,
    async startAgain() {
      berth = await startBerth({ dataDir, env, port: Number(new URL(berth.origin).port) })
    },
    async makeFolder(name) {
      const folder = await makeTempProject(name)
      folders.push(folder)
      return folder
    },
    async close() {
      await berth.quit()
      await removeContainers(projectIds(dataDir))
      await vendor.close()
      for (const folder of folders) await folder.remove()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

/** Collects every byte of data the page gets, to be searched. */
export function recordTraffic(page: Page): () => string {
  const received: string[] = []
  page.on('websocket', (socket) => {
    socket.on('framereceived', (frame) => received.push(String(frame.payload)))
  })
  page.on('response', async (response) => {
    if (response.url().includes('/rpc/')) received.push(await response.text().catch(() => ''))
  })
  return () => received.join('\n')
}

/** Fails when the canary is anywhere Berth keeps things in the clear. */
export function expectNoCanaryOnDisk(dataDir: string): void {
  const files = readdirSync(dataDir, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  )
  expect(files.length).toBeGreaterThan(3)
  for (const file of files) {
    const path = join(file.parentPath, file.name)
    expect(readFileSync(path).includes(CANARY), `${path} holds the canary key`).toBe(false)
  }
}

/** Connects Anthropic with the canary key, from the first-run or the providers page. */
export async function connectAnthropic(page: Page, key = CANARY): Promise<void> {
  await page.getByRole('button', { name: 'Connect a provider' }).click()
  await page.getByRole('combobox', { name: 'Providers' }).fill('anthropic')
  await page
    .getByRole('option', { name: /^Anthropic/ })
    .first()
    .click()
  await page.getByLabel('API key').fill(key)
  await page.getByRole('button', { name: 'Connect Anthropic' }).click()
  await expect(page.getByText('Anthropic is connected.')).toBeVisible()
}

/** Fills the new-project page and submits it; the project's page is then shown. */
export async function createProject(page: Page, folder: string): Promise<void> {
  await page.getByRole('button', { name: 'New project' }).first().click()
  await page.getByLabel('Folder').fill(folder)
  await expect(page.getByLabel('Name')).not.toHaveValue('')
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: /^(Start|Pull)/ }).click()
}

/** The word beside the project's name in its header. */
export async function expectState(page: Page, word: string, timeout = 60_000): Promise<void> {
  await expect(page.locator('header').getByText(word, { exact: true })).toBeVisible({ timeout })
}

/** Sends a prompt from the composer. */
export async function ask(page: Page, text: string): Promise<void> {
  await page.locator('#composer').fill(text)
  await page.locator('#composer').press('Enter')
}
