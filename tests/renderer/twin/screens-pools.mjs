/** The numbers of pools, and where toasts stand. */
export const poolScreens = [
  { name: 'numbers-closed', scenario: 'busy', hash: '#/settings', act: toNumbers },
  { name: 'numbers', scenario: 'busy', hash: '#/settings', act: openNumbers },
  { name: 'numbers-rests', scenario: 'busy', hash: '#/settings', act: toRests },
  { name: 'toast-project', scenario: 'busy', hash: '#/projects/atlas', act: switchAccount },
  { name: 'toast-providers', scenario: 'busy', hash: '#/providers', act: giveChance },
]

async function toNumbers(page) {
  await page.getByText('Numbers of pools').scrollIntoViewIfNeeded()
}

async function openNumbers(page) {
  await page.getByRole('region', { name: 'Pools' }).getByRole('button', { name: 'Show' }).click()
  const start = page.getByLabel('Health of a new account')
  await start.fill('120')
  await start.press('Enter')
  await page.getByLabel('Health for a limit').scrollIntoViewIfNeeded()
}

async function toRests(page) {
  await openNumbers(page)
  await page.getByLabel('Largest body kept').scrollIntoViewIfNeeded()
}

async function giveChance(page) {
  await page
    .getByRole('button', { name: /^Try now/ })
    .first()
    .click()
  await page.getByText(/may go by/).waitFor()
  await page.waitForTimeout(600)
}

async function switchAccount(page) {
  await page.getByRole('button', { name: /^Account:/ }).click()
  await page
    .getByRole('menuitemradio', { name: /^home . own key/ })
    .last()
    .click()
  await page.waitForTimeout(600)
}
