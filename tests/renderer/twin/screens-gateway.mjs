/** Pools, requests, usage, budgets and the network. */
export const gatewayScreens = [
  { name: 'pools', scenario: 'busy', hash: '#/providers' },
  {
    name: 'pools-off',
    scenario: 'busy',
    hash: '#/providers',
    act: (page) => page.getByRole('switch', { name: /take over/ }).click(),
  },
  { name: 'pools-terms', scenario: 'busy', hash: '#/providers', act: askTerms },
  {
    name: 'pools-strategy',
    scenario: 'busy',
    hash: '#/providers',
    act: (page) => page.getByRole('combobox', { name: /is next/ }).click(),
  },
  { name: 'requests', scenario: 'busy', hash: '#/projects/atlas', act: openRequest },
  { name: 'network', scenario: 'busy', hash: '#/projects/atlas', act: (page) => openTab(page, 'Network') },
  { name: 'network-listed', scenario: 'busy', hash: '#/projects/atlas', act: keepToList },
  { name: 'egress-settings', scenario: 'busy', hash: '#/projects/atlas', act: toPolicies },
  { name: 'egress-new', scenario: 'busy', hash: '#/new', act: toNewPolicy },
  {
    name: 'egress-empty',
    scenario: 'busy',
    hash: '#/projects/scratch',
    act: (page) => openTab(page, 'Network'),
  },
  { name: 'usage', scenario: 'busy', hash: '#/usage' },
  { name: 'usage-month', scenario: 'busy', hash: '#/usage', act: byModel },
  { name: 'usage-today', scenario: 'busy', hash: '#/usage', act: today },
  { name: 'usage-day', scenario: 'busy', hash: '#/usage', act: walkDays },
  { name: 'usage-hover', scenario: 'busy', hash: '#/usage', act: pointAtDay },
  { name: 'usage-end', scenario: 'busy', hash: '#/usage', act: toBudgets },
  { name: 'usage-empty', scenario: 'first-run', hash: '#/usage' },
  { name: 'usage-slow', scenario: 'slow', hash: '#/usage' },
  {
    name: 'budget-add',
    scenario: 'busy',
    hash: '#/usage',
    act: (page) => page.getByRole('button', { name: 'Add budget' }).click(),
  },
  {
    name: 'budget-raise',
    scenario: 'busy',
    hash: '#/projects/scratch',
    act: (page) => page.getByRole('button', { name: 'Raise the budget' }).click(),
  },
  { name: 'budget-raised', scenario: 'busy', hash: '#/usage', act: raise },
  { name: 'gateway-settings', scenario: 'busy', hash: '#/settings', act: toHosts },
]

async function openTab(page, name) {
  const tab = page.getByRole('tab', { name })
  if (!(await tab.isVisible())) await page.getByRole('button', { name: 'Show the inspector' }).click()
  await tab.click()
}

async function askTerms(page) {
  const rotate = page.getByRole('switch', { name: /take over/ })
  await rotate.click()
  await page.waitForTimeout(100)
  await rotate.click()
}

async function openRequest(page) {
  await openTab(page, 'Requests')
  await page.getByRole('button', { name: /429 team key/ }).click()
}

async function keepToList(page) {
  await openTab(page, 'Network')
  await page.getByRole('combobox', { name: 'Where it may go' }).click()
  await page.getByRole('option', { name: /^Hosts on the list/ }).click()
}

async function toPolicies(page) {
  await openTab(page, 'Settings')
  await page.getByRole('combobox', { name: 'Where it may go' }).click()
}

async function toNewPolicy(page) {
  await page.getByRole('button', { name: 'More' }).click()
  await page.getByRole('combobox', { name: 'Where it may go' }).scrollIntoViewIfNeeded()
}

async function byModel(page) {
  await page.getByRole('radio', { name: '30 days' }).click()
  await page.getByRole('radio', { name: 'Model' }).click()
  await page.getByRole('radio', { name: 'Tokens' }).click()
}

async function today(page) {
  await page.getByRole('radio', { name: 'Today' }).click()
}

async function walkDays(page) {
  await page.getByRole('slider').focus()
  await page.keyboard.press('ArrowLeft')
  await page.keyboard.press('ArrowLeft')
}

async function pointAtDay(page) {
  const box = await page.getByRole('slider').boundingBox()
  await page.mouse.move(box.x + box.width * 0.4, box.y + box.height * 0.6)
}

async function toBudgets(page) {
  await page.getByRole('button', { name: /^Remove scratch/ }).scrollIntoViewIfNeeded()
}

async function raise(page) {
  await page.getByRole('button', { name: /^Raise scratch/ }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click()
}

async function toHosts(page) {
  await page.getByRole('button', { name: /^Show Berth/ }).click()
  await page.getByLabel('Host to allow').fill('not a host')
  await page.keyboard.press('Enter')
  await page.getByLabel('Host to allow').scrollIntoViewIfNeeded()
}
