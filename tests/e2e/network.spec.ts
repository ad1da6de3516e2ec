import { once } from 'node:events'
import { createServer, type Server } from 'node:net'
import { expect, type Page, test } from '@playwright/test'
import { requestFrom, runInContainer, tunnelFrom } from '../support/in-container.ts'
import { expectAccessible } from './support/axe.ts'
import {
  CANARY,
  connectAnthropic,
  createProject,
  expectState,
  makeWorld,
  projectIds,
  type World,
} from './support/world.ts'

/** A project that keeps to the list: what is refused is seen, allowed from there, and goes through at once. */
test.describe.configure({ mode: 'serial' })

const HOST = 'storage.of-a-vendor.test'

let world: World
let page: Page
let elsewhere: Server
test.beforeAll(async ({ browser }) => {
  elsewhere = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.on('data', () =>
      socket.end('HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello'),
    )
  })
  elsewhere.listen(0, '127.0.0.1')
  await once(elsewhere, 'listening')
  const address = elsewhere.address()
  const there = `127.0.0.1:${typeof address === 'object' ? address?.port : 0}`
  world = await makeWorld({ hosts: { [HOST]: there } })
  page = await (await browser.newContext()).newPage()
  await page.goto(world.berth().url)
})
test.afterAll(async () => {
  await page?.close()
  await world?.close()
  elsewhere?.close()
})

const projectId = (): string => projectIds(world.dataDir)[0] ?? ''
const ask = (to: string) => tunnelFrom(projectId(), to, 'anything')
const row = (host: string) =>
  page.getByRole('region', { name: 'Hosts' }).getByRole('listitem').filter({ hasText: host })
const policy = () => page.getByRole('combobox', { name: 'Where it may go' })
const openTab = async (name: string) => {
  const tab = page.getByRole('tab', { name })
  const show = page.getByRole('button', { name: 'Show the inspector' })
  // A page that was just gone to has neither yet.
  await expect(tab.or(show).first()).toBeVisible()
  if (!(await tab.isVisible())) await show.click()
  await tab.click()
}

test('settings say where new projects may go, and the new project follows', async () => {
  await connectAnthropic(page)
  await page.getByRole('button', { name: /^Settings/ }).click()
  const usual = page.getByRole('combobox', { name: 'Where new projects may go' })
  await usual.click()
  await page.getByRole('option', { name: 'Hosts on the list' }).click()
  await expect(usual).toHaveText(/Hosts on the list/)
  const folder = await world.makeFolder('networked')
  await page
    .getByRole('button', { name: /^Projects/ })
    .first()
    .click()
  await page.getByRole('button', { name: 'New project' }).first().click()
  await page.getByRole('button', { name: 'More' }).click()
  await expect(policy()).toHaveText(/Hosts on the list/)
  await expectAccessible(page, 'new project with its policy')
  await page.getByRole('button', { name: 'Cancel' }).click()
  await createProject(page, folder.path)
  await expectState(page, 'ready', 120_000)
  await openTab('Network')
  await expect(policy()).toHaveText(/Hosts on the list/)
})

test('an unknown host is refused, counted, and allowed by keyboard; the next connection passes', async () => {
  expect(await ask(`${HOST}:443`)).toContain(`${HOST} is not on the list`)
  expect(await ask(`${HOST}:2222`)).toContain(`${HOST}:2222 is not on the list`)
  await expect(row(HOST)).toHaveCount(2)
  const refused = row(HOST).filter({ hasNotText: ':2222' })
  await expect(refused).toContainText('1 refused')
  await expectAccessible(page, 'network, refused hosts')

  // From the tab on, with nothing but keys.
  await page.getByRole('tab', { name: 'Network' }).focus()
  const allow = page.getByRole('button', { name: `Allow ${HOST}`, exact: true })
  for (let n = 0; n < 12 && !(await allow.evaluate((one) => one === document.activeElement)); n += 1)
    await page.keyboard.press('Tab')
  await expect(allow).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(page.getByText(`${HOST} is on the list, for every project that keeps to it.`)).toBeVisible()
  await expect(allow).toHaveCount(0)
  await expect(page.getByRole('region', { name: 'Hosts' })).toBeFocused()

  expect(await ask(`${HOST}:443`)).toContain('hello')
  await expect(refused).toContainText(/1\sconnection · .*out.*in · 1\srefused/)
  await expect(refused).toContainText('on the list')
  expect(await ask(`${HOST}:2222`)).toContain('is not on the list')
  await page.getByRole('button', { name: `Allow ${HOST}:2222` }).click()
  await expect(row(`${HOST}:2222`)).toContainText('on the list')
  expect(await ask(`${HOST}:2222`)).toContain('hello')
})

test('the list has it, says what is wrong with a name, and lets it go', async () => {
  await page.getByRole('button', { name: 'See the list' }).click()
  const own = page.getByRole('list', { name: 'Hosts you added' })
  await expect(own.getByRole('listitem')).toHaveText([HOST, `${HOST}:2222`])
  const field = page.getByLabel('Host to allow')
  await expect(field).toBeFocused()
  await expect(field).toBeInViewport()
  await field.fill('not a host')
  await field.press('Enter')
  await expect(page.getByRole('alert')).toContainText('not a host is no host name.')
  await expectAccessible(page, 'settings with allowed hosts')
  await page.getByRole('button', { name: `Remove ${HOST}`, exact: true }).click()
  await expect(own.getByRole('listitem')).toHaveText([`${HOST}:2222`])
  await expect(field).toBeFocused()
  expect(await ask(`${HOST}:443`)).toContain('is not on the list')
})

test('another policy is chosen in the tab, holds at once, and stands in the settings too', async () => {
  await page
    .getByRole('button', { name: /^networked/ })
    .first()
    .click()
  await openTab('Network')
  await policy().focus()
  await page.keyboard.press('Enter')
  const last = page.getByRole('option', { name: /^Providers only/ })
  await expect(last).toBeVisible()
  await page.keyboard.press('End')
  await expect(last).toHaveAttribute('data-highlighted', '')
  await page.keyboard.press('Enter')
  await expect(policy()).toHaveText(/Providers only/)
  expect(await ask(`${HOST}:2222`)).toContain('networked may reach its providers only')
  await openTab('Settings')
  await expect(policy()).toHaveText(/Providers only/)
  await policy().click()
  await page.getByRole('option', { name: /^Anywhere/ }).click()
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText('Saved.').first()).toBeVisible()
  expect(await ask(`${HOST}:9999`)).toContain('hello')
  await expectAccessible(page, 'project settings with its policy')
})

test('programs that ignore the proxy follow at the restart that is offered', async () => {
  const waits = page.getByText(
    /^Until it is restarted, programs that ignore the proxy Berth sets still reach/,
  )
  const restart = page.getByRole('tabpanel').getByRole('button', { name: 'Restart' })
  const restarted = async () => {
    await restart.click()
    await expect(waits).toHaveCount(0)
    await expectState(page, 'ready', 120_000)
    await expect(waits).toHaveCount(0)
  }
  await expect(waits).toContainText('reach no host')
  await openTab('Network')
  await expect(waits).toContainText('reach no host')
  await expectAccessible(page, 'network tab, restart due')
  await restarted()
  await policy().click()
  await page.getByRole('option', { name: /^Hosts on the list/ }).click()
  await expect(waits).toContainText('reach any host')
  await restarted()
})

test('after a crash of Berth a confined container reaches the gateway where it was told', async () => {
  const proxy = () => runInContainer(projectId(), 'echo "$HTTPS_PROXY"; grep berth.internal /etc/hosts')
  const before = await proxy()
  await world.berth().kill()
  await world.startAgain()
  await expectState(page, 'ready', 60_000)
  expect(await ask(`${HOST}:2222`)).toContain('hello')
  expect(await proxy()).toBe(before)
  await openTab('Network')
})

test('a placeholder on its way to a foreign host is refused, and the user is told', async () => {
  const file = await runInContainer(projectId(), 'cat ~/.local/share/opencode/auth.json')
  const [given = ''] = /sk-ant-[\w-]+/.exec(file) ?? []
  expect(given).not.toBe('')
  const said = await requestFrom(projectId(), `http://${HOST}/take`, [`X-Api-Key: ${given}`])
  expect(said).toContain('x-berth-error: placeholder_refused')
  expect(said).not.toContain(CANARY)
  await expect(
    page.getByText(
      `networked tried to send its Anthropic login to ${HOST}, which is not one of Anthropic's hosts.`,
    ),
  ).toBeVisible()
})
