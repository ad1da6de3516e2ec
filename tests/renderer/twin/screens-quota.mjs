/** What vendors tell of accounts when they are asked. */
export const quotaScreens = [
  { name: 'quota-asked', scenario: 'busy', hash: '#/providers', act: toAsked },
  { name: 'quota-balances', scenario: 'busy', hash: '#/providers', act: toBalances },
]

async function toAsked(page) {
  await page.getByRole('heading', { name: 'OpenRouter' }).scrollIntoViewIfNeeded()
  await page.getByRole('button', { name: 'Refresh what is left of second' }).focus()
}

async function toBalances(page) {
  await page.getByRole('heading', { name: 'DeepSeek' }).scrollIntoViewIfNeeded()
  await page.getByRole('button', { name: 'Refresh what is left of main' }).first().hover()
}
