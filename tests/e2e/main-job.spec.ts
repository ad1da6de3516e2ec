import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { cut, fault, gate, say, useTool } from '../support/model-server/replies.ts'
import { PROJECT_UID, type TempProject } from '../support/temp-project.ts'
import {
  ask,
  CANARY,
  connectAnthropic,
  createProject,
  expectNoCanaryOnDisk,
  expectState,
  makeWorld,
  recordTraffic,
  type World,
} from './support/world.ts'

/** The whole job, in the order a person does it: every test goes on where the one before it ended. */
test.describe.configure({ mode: 'serial' })

let world: World
let folder: TempProject
let traffic: () => string

test.describe('the main job', () => {
  test.beforeAll(async () => {
    world = await makeWorld()
    folder = await world.makeFolder('atlas-api')
  })
  test.afterAll(() => world.close())

  // One page for all of it, as one person has one window.
  let page: import('@playwright/test').Page
  test.beforeAll(async ({ browser }) => {
    page = await browser.newPage()
    traffic = recordTraffic(page)
  })
  test.afterAll(() => page.close())

  test('opens by its one-time address, once', async () => {
    await page.goto(world.berth().url)
    await expect(page.getByRole('heading', { name: 'Three steps to a first answer' })).toBeVisible()
    const stranger = await page.context().browser()?.newContext()
    const second = await stranger?.newPage()
    const answer = await second?.goto(world.berth().url)
    expect(answer?.status()).toBe(403)
    await stranger?.close()
  })

  test('connects a provider with a key', async () => {
    await connectAnthropic(page)
    await expect(page.getByText('Anthropic connected')).toBeVisible()
  })

  test('makes a project from a folder and starts it, step by step', async () => {
    await createProject(page, folder.path)
    await expect(page.getByRole('heading', { name: /Starting atlas-api/ })).toBeVisible()
    await expect(page.getByText('Wait for OpenCode')).toBeVisible()
    await expectState(page, 'ready', 120_000)
  })

  test('shows the answer as it is written, and goes on after a reload', async () => {
    const half = gate()
    world.vendor.script([say('The first half is here. '), half.step, say('And so is the second.')])
    await ask(page, 'Write me two halves.')
    await expect(page.getByText('The first half is here.')).toBeVisible()
    await expect(page.getByText('And so is the second.')).toBeHidden()
    await expectState(page, 'working')
    await page.reload()
    await expect(page.getByText('The first half is here.')).toBeVisible()
    await expect(page.getByText('And so is the second.')).toBeHidden()
    half.open()
    await expect(page.getByText('And so is the second.')).toBeVisible()
    await expectState(page, 'ready')
    expect(world.vendor.prompts().at(-1)?.headers['x-api-key']).toBe(CANARY)
  })

  test('asks before a tool runs, and runs it as the owner of the folder', async () => {
    const command = 'echo written by the agent > made.txt'
    world.vendor.script(useTool('bash', { command, description: 'Write a file' }), say('The file is made.'))
    await ask(page, 'Make a file.')
    await expect(page.getByLabel(/^Permission:/)).toBeVisible()
    await expectState(page, 'needs you')
    expect(existsSync(join(folder.path, 'made.txt'))).toBe(false)
    await page.getByRole('button', { name: /Allow once/ }).click()
    await expect(page.getByText('The file is made.')).toBeVisible()
    const made = join(folder.path, 'made.txt')
    expect(readFileSync(made, 'utf8')).toBe('written by the agent\n')
    expect(statSync(made).uid).toBe(statSync(folder.path).uid)
    if (process.getuid?.() === 0) expect(statSync(made).uid).toBe(PROJECT_UID)
  })

  test('lets a tool be rejected', async () => {
    world.vendor.script(
      useTool('bash', { command: 'touch never.txt', description: 'Touch' }),
      say('As you wish.'),
    )
    await ask(page, 'Try something.')
    await page.getByRole('button', { name: /Reject/ }).click()
    await expectState(page, 'ready')
    expect(existsSync(join(folder.path, 'never.txt'))).toBe(false)
  })

  test('stops an answer that is being written', async () => {
    world.vendor.reset()
    const never = gate()
    world.vendor.script([say('This will not be '), never.step, say('ended by itself.')])
    await ask(page, 'Go on for ever.')
    await expect(page.getByText('This will not be')).toBeVisible()
    await page.getByRole('button', { name: 'Stop', exact: true }).last().click()
    await expectState(page, 'ready')
    await expect.poll(() => world.vendor.prompts().at(-1)?.aborted).toBe(true)
    never.open()
    await expect(page.getByText('ended by itself.')).toBeHidden()
  })

  test('says what a refused key means and where to mend it', async () => {
    world.vendor.reset()
    world.vendor.script(fault(401, { message: 'invalid x-api-key' }))
    await ask(page, 'Will this work?')
    const error = page
      .getByRole('alert')
      .filter({ hasText: /refused|invalid x-api-key/i })
      .first()
    await expect(error).toBeVisible()
    await expectState(page, 'ready')
    await page
      .getByRole('button', { name: /^Providers/ })
      .first()
      .click()
    await expect(page.getByText(/Replace it|refused the key/).first()).toBeVisible()
    await page.goBack()
  })

  test('survives a vendor that breaks off in the middle', async () => {
    world.vendor.reset()
    world.vendor.script([say('Half of an ans'), cut()], say('All of an answer.'))
    await ask(page, 'Once more.')
    await expect(page.getByText('All of an answer.')).toBeVisible({ timeout: 60_000 })
    await expectState(page, 'ready')
  })

  test('keeps the history when the container is restarted', async () => {
    await page.getByRole('button', { name: 'Restart' }).click()
    await expectState(page, 'starting')
    await expectState(page, 'ready', 120_000)
    await expect(page.getByText('The file is made.')).toBeVisible()
    world.vendor.reset()
    world.vendor.script(say('Still the same conversation.'))
    await ask(page, 'Are you still there?')
    await expect(page.getByText('Still the same conversation.')).toBeVisible()
    const body = world.vendor.prompts().at(-1)?.body ?? ''
    expect(body).toContain('Write me two halves.')
  })

  test('shows the saved history while stopped, and keeps a prompt that cannot be sent', async () => {
    await page.getByRole('button', { name: 'Stop', exact: true }).click()
    await expectState(page, 'stopped')
    await expect(page.getByText('This is the saved conversation.')).toBeVisible()
    await expect(page.getByText('Still the same conversation.')).toBeVisible()
    await ask(page, 'Nobody hears this.')
    await expect(
      page
        .getByRole('alert')
        .filter({ hasText: /stopped/i })
        .first(),
    ).toBeVisible()
    await expect(page.locator('#composer')).toHaveValue('Nobody hears this.')
    await page.locator('#composer').fill('')
  })

  test('takes a start up again after Berth was killed in its middle', async () => {
    await page.getByRole('button', { name: 'Start', exact: true }).first().click()
    await expect(page.getByText('Wait for OpenCode')).toBeVisible()
    await world.berth().kill()
    await expect(page.getByText('Berth cannot be reached.').first()).toBeVisible()
    await world.startAgain()
    await expectState(page, 'ready', 120_000)
    await expect(page.getByText('Still the same conversation.')).toBeVisible()
    world.vendor.reset()
    world.vendor.script(say('Back after the crash.'))
    await ask(page, 'Did it hurt?')
    await expect(page.getByText('Back after the crash.')).toBeVisible()
    expect(world.vendor.prompts()).toHaveLength(1)
  })

  test('adopts a running project after a crash', async () => {
    await world.berth().kill()
    await world.startAgain()
    await expectState(page, 'ready', 60_000)
    world.vendor.reset()
    world.vendor.script(say('Adopted.'))
    await ask(page, 'And now?')
    await expect(page.getByText('Adopted.')).toBeVisible()
  })

  test('leaks the key nowhere', async () => {
    expect(traffic()).toContain('Adopted.')
    expect(traffic()).not.toContain(CANARY)
    expect(await page.content()).not.toContain(CANARY)
    expect(world.berth().output()).not.toContain(CANARY)
    expectNoCanaryOnDisk(world.dataDir)
  })

  test('removes the project and leaves the folder alone', async () => {
    await page.getByRole('button', { name: 'More', exact: true }).click()
    await page.getByRole('menuitem', { name: 'Remove project' }).click()
    await page
      .getByRole('button', { name: /^Remove/ })
      .last()
      .click()
    await expect(page.getByRole('heading', { name: 'Three steps to a first answer' })).toBeVisible()
    expect(existsSync(join(folder.path, 'made.txt'))).toBe(true)
  })
})
