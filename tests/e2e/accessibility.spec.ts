import { expect, test } from '@playwright/test'
import { gate, say, useTool } from '../support/model-server/replies.ts'
import { expectAccessible } from './support/axe.ts'
import { ask, connectAnthropic, createProject, expectState, makeWorld, type World } from './support/world.ts'

/** axe on every screen, in both themes and at both sizes: nothing serious, nothing critical. */

let world: World
test.beforeAll(async () => {
  world = await makeWorld()
})
test.afterAll(() => world.close())

test('axe finds nothing serious on any screen', async ({ page }) => {
  test.setTimeout(600_000)
  await page.goto(world.berth().url)
  await expect(page.getByRole('heading', { name: 'Three steps to a first answer' })).toBeVisible()
  await expectAccessible(page, 'first run')
  await page.getByRole('button', { name: 'Connect a provider' }).click()
  await expect(page.getByRole('option').first()).toBeVisible()
  await expectAccessible(page, 'add provider')
  await page.goBack()
  await connectAnthropic(page)

  const folder = await world.makeFolder('axe')
  await page.getByRole('button', { name: 'New project' }).first().click()
  await expect(page.getByLabel('Folder')).toBeVisible()
  await expectAccessible(page, 'new project')
  await page.goBack()
  await createProject(page, folder.path)
  await expect(page.getByText('Wait for OpenCode')).toBeVisible()
  await expectAccessible(page, 'starting')
  await expectState(page, 'ready', 120_000)

  const half = gate()
  world.vendor.script(
    [
      say(
        '# A heading\n\nSome `code`, a [link](https://example.com) and a list:\n\n- one\n- two\n\n```ts\nconst x = 1\n```\n',
      ),
    ],
    useTool('bash', { command: 'echo hi', description: 'Say hi' }),
    [say('Half '), half.step, say('done.')],
  )
  await ask(page, 'Show me.')
  await expect(page.getByText('A heading')).toBeVisible()
  await expectState(page, 'ready')
  await expectAccessible(page, 'conversation')
  await ask(page, 'Use a tool.')
  await expect(page.getByLabel(/^Permission:/)).toBeVisible()
  await expectAccessible(page, 'permission')
  await page.getByRole('button', { name: /Allow once/ }).click()
  await expect(page.getByText('Half')).toBeVisible()
  await expectAccessible(page, 'working')
  half.open()
  await expectState(page, 'ready')
  for (const tab of ['Requests', 'Logs', 'Settings']) {
    await page.getByRole('tab', { name: tab }).click()
    await expectAccessible(page, tab)
  }

  await page.keyboard.press('ControlOrMeta+k')
  await expect(page.getByRole('dialog')).toBeVisible()
  await expectAccessible(page, 'palette')
  await page.keyboard.press('Escape')
  for (const place of ['projects', 'providers', 'activity', 'settings', 'import', 'import/berth']) {
    await page.goto(`${world.berth().origin}/#/${place}`)
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
    await expectAccessible(page, place)
  }
})
