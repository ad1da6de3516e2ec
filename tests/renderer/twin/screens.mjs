import { gatewayScreens } from './screens-gateway.mjs'
import { poolScreens } from './screens-pools.mjs'
import { quotaScreens } from './screens-quota.mjs'
import { vaultScreens } from './screens-vault.mjs'

/**
 * Every screen and state to look at: the scenario, the address, and what to do before looking.
 * `only` limits a screen to one size, where the other adds nothing.
 */
export const screens = [
  { name: 'first-run', scenario: 'first-run' },
  { name: 'first-run-no-engine', scenario: 'first-run-no-engine' },
  { name: 'first-run-connected', scenario: 'connected' },
  { name: 'projects', scenario: 'busy' },
  { name: 'projects-many', scenario: 'many' },
  {
    name: 'engine-story',
    scenario: 'no-engine',
    act: (page) => page.getByRole('button', { name: /^Engine/ }).click(),
  },
  {
    name: 'gateway-story',
    scenario: 'busy',
    act: (page) => page.getByRole('button', { name: /^Gateway/ }).click(),
  },
  { name: 'new-project', scenario: 'busy', hash: '#/new', act: fillNewProject },
  {
    name: 'new-project-suggest',
    scenario: 'busy',
    hash: '#/new',
    act: (page) => page.getByLabel('Folder').first().pressSequentially('/home/mia/projects/'),
  },
  { name: 'new-project-error', scenario: 'busy', hash: '#/new', act: failNewProject },
  { name: 'new-project-no-engine', scenario: 'no-engine', hash: '#/new' },
  {
    name: 'new-project-browse',
    scenario: 'busy',
    hash: '#/new',
    act: (page) => page.getByRole('button', { name: 'Browse' }).click(),
  },
  {
    name: 'new-project-models',
    scenario: 'busy',
    hash: '#/new',
    act: (page) => page.getByLabel('Model', { exact: true }).click(),
  },
  { name: 'conversation', scenario: 'busy', hash: '#/projects/atlas' },
  { name: 'conversation-tool-open', scenario: 'busy', hash: '#/projects/atlas', act: openTools },
  { name: 'conversation-streaming', scenario: 'busy', hash: '#/projects/atlas', act: sendPrompt },
  { name: 'conversation-permission', scenario: 'busy', hash: '#/projects/billing' },
  { name: 'conversation-retry', scenario: 'busy', hash: '#/projects/scratch' },
  { name: 'conversation-stopped', scenario: 'busy', hash: '#/projects/docs', act: sendStopped },
  { name: 'conversation-empty', scenario: 'busy', hash: '#/projects/infra' },
  { name: 'conversation-long', scenario: 'long', hash: '#/projects/atlas' },
  { name: 'starting', scenario: 'busy', hash: '#/projects/mobile' },
  { name: 'failed', scenario: 'busy', hash: '#/projects/search' },
  {
    name: 'inspector-logs',
    scenario: 'busy',
    hash: '#/projects/atlas',
    act: (page) => openTab(page, 'Logs'),
  },
  {
    name: 'inspector-settings',
    scenario: 'busy',
    hash: '#/projects/atlas',
    act: (page) => openTab(page, 'Settings'),
  },
  {
    name: 'model-picker',
    scenario: 'busy',
    hash: '#/projects/atlas',
    act: (page) => page.getByRole('button', { name: /^Model:/ }).click(),
  },
  {
    name: 'account-menu',
    scenario: 'busy',
    hash: '#/projects/atlas',
    act: (page) => page.getByRole('button', { name: /^Account:/ }).click(),
  },
  { name: 'remove-project', scenario: 'busy', hash: '#/projects/atlas', act: removeProject },
  { name: 'providers', scenario: 'busy', hash: '#/providers' },
  { name: 'providers-empty', scenario: 'first-run', hash: '#/providers' },
  { name: 'providers-replace', scenario: 'busy', hash: '#/providers', act: replaceKey },
  { name: 'providers-menu', scenario: 'busy', hash: '#/providers', act: openAccountMenu },
  {
    name: 'providers-details',
    scenario: 'busy',
    hash: '#/providers',
    act: (page) => page.getByRole('button', { name: 'Details of work / team key' }).click(),
  },
  { name: 'providers-tested', scenario: 'busy', hash: '#/providers', act: testAccounts },
  { name: 'providers-edit', scenario: 'busy', hash: '#/providers', act: editAccount },
  { name: 'providers-pin', scenario: 'busy', hash: '#/providers', act: pinAccount },
  { name: 'providers-disconnect', scenario: 'busy', hash: '#/providers', act: disconnectAccount },
  { name: 'providers-end', scenario: 'busy', hash: '#/providers', act: scrollProviders },
  { name: 'add-provider', scenario: 'busy', hash: '#/connect' },
  {
    name: 'add-provider-key',
    scenario: 'busy',
    hash: '#/connect/anthropic',
    act: (page) => page.getByLabel('API key').fill('sk-or-v1-not-a-real-key'),
  },
  { name: 'add-provider-held', scenario: 'busy', hash: '#/connect/anthropic', act: testWrongKey },
  { name: 'add-provider-offline', scenario: 'busy', hash: '#/connect/azure', act: testOfflineKey },
  { name: 'add-provider-methods', scenario: 'busy', hash: '#/connect/openai' },
  { name: 'add-provider-own', scenario: 'busy', hash: '#/connect/lab' },
  { name: 'add-provider-fields', scenario: 'busy', hash: '#/connect/azure' },
  { name: 'add-provider-oauth', scenario: 'busy', hash: '#/connect/github-copilot' },
  {
    name: 'custom-provider',
    scenario: 'busy',
    hash: '#/connect',
    act: (page) => page.getByRole('button', { name: /Your own/ }).click(),
  },
  { name: 'custom-provider-local', scenario: 'busy', hash: '#/connect', act: useLocalServer },
  { name: 'custom-provider-edit', scenario: 'busy', hash: '#/providers', act: editLab },
  { name: 'delivery-confirm', scenario: 'busy', hash: '#/projects/atlas', act: askDirect },
  {
    name: 'delivery-direct',
    scenario: 'busy',
    hash: '#/projects/infra',
    act: (page) => openTab(page, 'Settings'),
  },
  { name: 'account-menu-model', scenario: 'busy', hash: '#/projects/atlas', act: openModelPin },
  { name: 'account-menu-pinned', scenario: 'busy', hash: '#/projects/billing', act: openChip },
  { name: 'settings', scenario: 'busy', hash: '#/settings' },
  {
    name: 'palette',
    scenario: 'busy',
    hash: '#/projects/atlas',
    act: (page) => page.keyboard.press('Control+k'),
  },
  { name: 'shortcuts', scenario: 'busy', hash: '#/settings', act: (page) => page.keyboard.press('?') },
  { name: 'locked', scenario: 'locked', act: wrongPassphrase },
  { name: 'needs-passphrase', scenario: 'needs-passphrase' },
  { name: 'damaged', scenario: 'damaged' },
  { name: 'signed-out', scenario: 'signed-out' },
  { name: 'offline', scenario: 'offline', hash: '#/projects/atlas', act: (page) => page.waitForTimeout(900) },
  { name: 'slow', scenario: 'slow' },
  ...vaultScreens,
  ...gatewayScreens,
  ...poolScreens,
  ...quotaScreens,
]

async function fillNewProject(page) {
  await page.getByLabel('Folder').first().fill('/home/mia/projects/atlas-api')
  await page.getByRole('button', { name: 'More', exact: true }).click()
  await page.keyboard.press('Tab')
  await page.waitForTimeout(400)
}

async function failNewProject(page) {
  await page.getByLabel('Folder').first().fill('/srv/readonly')
  await page.waitForTimeout(400)
  await page.getByRole('button', { name: /^(Start|Pull)/ }).click()
}

async function openTools(page) {
  await page.getByRole('button', { name: /edit src/ }).click()
  await page.getByRole('button', { name: /bash npm/ }).click()
  await page.getByRole('region', { name: 'Messages' }).evaluate((box) => box.scrollTo(0, 120))
}

async function sendPrompt(page) {
  await page.locator('#composer').fill('Say that again, and keep it short')
  await page.keyboard.press('Enter')
  await page.waitForTimeout(900)
}

async function sendStopped(page) {
  await page.locator('#composer').fill('Is the build green?')
  await page.keyboard.press('Enter')
}

async function openTab(page, name) {
  const tab = page.getByRole('tab', { name })
  if (!(await tab.isVisible())) await page.getByRole('button', { name: 'Show the inspector' }).click()
  await tab.click()
}

async function removeProject(page) {
  await page.getByRole('button', { name: 'More', exact: true }).click()
  await page.getByRole('menuitem', { name: 'Remove project' }).click()
}

async function replaceKey(page) {
  await page.getByRole('button', { name: 'More for work / team key' }).click()
  await page.getByRole('menuitem', { name: 'Replace key' }).click()
}

async function wrongPassphrase(page) {
  await page.getByLabel('Passphrase').fill('wrong')
  await page.keyboard.press('Enter')
}

async function openAccountMenu(page) {
  await page.getByRole('button', { name: 'More for home / own key' }).click()
}

async function choose(page, account, item) {
  await page.getByRole('button', { name: `More for ${account}` }).click()
  await page.getByRole('menuitem', { name: item }).click()
}

async function testAccounts(page) {
  await choose(page, 'work / team key', 'Test connection')
  await page.waitForTimeout(900)
  await choose(page, 'home / own key', 'Test connection')
  await page.waitForTimeout(900)
  await choose(page, 'home / old key', 'Test connection')
}

async function editAccount(page) {
  await choose(page, 'work / sweden', 'Edit')
}

async function pinAccount(page) {
  await choose(page, 'work / team key', 'Pin for')
  await page.getByRole('dialog').getByLabel('Project').click()
  await page.getByRole('option', { name: /^billing-worker/ }).click()
}

async function disconnectAccount(page) {
  await choose(page, 'home / own key', 'Disconnect')
}

async function scrollProviders(page) {
  await page.getByRole('button', { name: 'More for trial' }).scrollIntoViewIfNeeded()
}

async function testWrongKey(page) {
  await page.getByLabel('API key').fill('sk-ant-wrong-key')
  await page.getByRole('button', { name: 'Connect Anthropic' }).click()
  await page.waitForTimeout(700)
}

async function testOfflineKey(page) {
  await page.getByLabel('API key').fill('offline-key')
  await page.getByLabel('Resource name').fill('northwind-se')
  await page.getByRole('button', { name: 'Connect Azure' }).click()
  await page.waitForTimeout(700)
}

async function useLocalServer(page) {
  await page.getByRole('button', { name: /Your own/ }).click()
  await page.getByRole('button', { name: 'Find local servers' }).click()
  await page.getByRole('button', { name: 'Use Ollama' }).click()
  await page.getByRole('button', { name: 'Ask now' }).click()
  await page.waitForTimeout(700)
}

async function editLab(page) {
  await page.getByLabel('Lab server').getByRole('button', { name: 'Edit' }).click()
  await page.getByRole('button', { name: 'Ask now' }).click()
  await page.waitForTimeout(700)
}

async function askDirect(page) {
  await openTab(page, 'Settings')
  await page.getByRole('radio', { name: 'The real key' }).click()
}

async function openChip(page) {
  await page.getByRole('button', { name: /^Account:/ }).click()
}

async function openModelPin(page) {
  await openChip(page)
  await page.getByRole('menuitem', { name: /^For Claude/ }).click()
}
