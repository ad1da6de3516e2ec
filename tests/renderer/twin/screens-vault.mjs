/** The import assistant, Activity, the vault's settings and what stands before a vault that is not open. */
export const vaultScreens = [
  { name: 'first-run-offers', scenario: 'first-run-offers' },
  { name: 'import', scenario: 'busy', hash: '#/import' },
  { name: 'import-empty', scenario: 'first-run', hash: '#/import' },
  { name: 'import-file', scenario: 'busy', hash: '#/import/opencode' },
  { name: 'import-file-error', scenario: 'busy', hash: '#/import/env-file', act: failPath },
  { name: 'import-keys', scenario: 'busy', hash: '#/import/keys', act: fillKeys },
  { name: 'import-sealed-error', scenario: 'busy', hash: '#/import/berth', act: failSealed },
  { name: 'import-preview', scenario: 'busy', hash: '#/import/opencode', act: look },
  { name: 'import-preview-end', scenario: 'busy', hash: '#/import/opencode', act: lookToEnd },
  { name: 'import-preview-unsure', scenario: 'busy', hash: '#/import/keys', act: lookAtKeys },
  { name: 'import-preview-edit', scenario: 'busy', hash: '#/import/opencode', act: editItem },
  { name: 'import-result', scenario: 'busy', hash: '#/import/opencode', act: importAll },
  { name: 'import-tested', scenario: 'busy', hash: '#/import/opencode', act: importAndTest },
  { name: 'activity', scenario: 'busy', hash: '#/activity' },
  { name: 'activity-open', scenario: 'busy', hash: '#/activity', act: openRows },
  { name: 'activity-dates', scenario: 'busy', hash: '#/activity', act: betweenDays },
  { name: 'activity-nothing', scenario: 'busy', hash: '#/activity', act: findNothing },
  { name: 'activity-empty', scenario: 'first-run', hash: '#/activity' },
  { name: 'activity-long', scenario: 'long-trail', hash: '#/activity', act: scrollTrail },
  { name: 'activity-slow', scenario: 'slow', hash: '#/activity' },
  { name: 'vault-settings', scenario: 'busy', hash: '#/settings' },
  { name: 'vault-settings-end', scenario: 'no-engine', hash: '#/settings', act: toCheckUp },
  { name: 'vault-settings-passphrase', scenario: 'kept-by-passphrase', hash: '#/settings' },
  { name: 'vault-settings-damaged', scenario: 'partly-damaged', hash: '#/settings' },
  {
    name: 'vault-discard',
    scenario: 'partly-damaged',
    hash: '#/settings',
    act: (page) => page.getByRole('button', { name: 'Discard' }).click(),
  },
  { name: 'vault-change', scenario: 'kept-by-passphrase', hash: '#/settings', act: failChange },
  { name: 'vault-rotate', scenario: 'busy', hash: '#/settings', act: (page) => press(page, 'New key') },
  { name: 'vault-to-keychain', scenario: 'kept-by-passphrase', hash: '#/settings', act: changeOver },
  { name: 'vault-export', scenario: 'busy', hash: '#/settings', act: fillExport },
  { name: 'vault-exported', scenario: 'busy', hash: '#/settings', act: exportAll },
  { name: 'gate-recovery', scenario: 'keychain-gone' },
  { name: 'gate-locked-keychain', scenario: 'locked-keychain' },
  { name: 'gate-tried', scenario: 'locked', act: tryThrice },
  {
    name: 'gate-set-aside',
    scenario: 'damaged',
    act: (page) => page.getByRole('button', { name: 'Set the vault aside' }).click(),
  },
]

const press = (page, name) => page.getByRole('button', { name, exact: true }).click()

async function failPath(page) {
  await page.getByLabel('File').fill('/home/mia/missing/.env')
  await press(page, 'Look inside')
}

async function fillKeys(page) {
  await page.getByLabel('Keys').fill('work sk-proj-not-a-real-key\nnot a key\nsk-not-a-real-key')
}

async function failSealed(page) {
  await page.getByLabel('File').fill('/home/mia/berth-accounts.age')
  await page.getByLabel('Passphrase', { exact: true }).fill('not the one')
  await press(page, 'Look inside')
}

async function look(page) {
  await press(page, 'Look inside')
  await page.getByRole('button', { name: /^Import \d/ }).waitFor()
}

async function lookToEnd(page) {
  await look(page)
  await page.getByText('Cannot be brought in').scrollIntoViewIfNeeded()
  await page.mouse.move(640, 300)
  await page.mouse.wheel(0, 2000)
}

async function lookAtKeys(page) {
  await fillKeys(page)
  await look(page)
  await page.getByRole('checkbox', { name: 'main', exact: true }).check()
}

async function editItem(page) {
  await look(page)
  await page.getByLabel('What to do with main').click()
  await page.getByRole('option', { name: 'Add as another' }).click()
  await page.getByRole('button', { name: 'Edit main 2' }).click()
}

async function importAll(page) {
  await look(page)
  await page.getByRole('button', { name: /^Import \d/ }).click()
  await page.getByRole('button', { name: /^Test/ }).waitFor()
}

async function importAndTest(page) {
  await importAll(page)
  await page.getByRole('button', { name: /^Test/ }).click()
  await page.waitForTimeout(700)
}

async function openRows(page) {
  await page.getByRole('button', { name: /refused by its vendor/ }).click()
  await page.getByRole('button', { name: /^\S+ Start of search/ }).click()
}

async function betweenDays(page) {
  await page.getByLabel('When').click()
  await page.getByRole('option', { name: 'Between days' }).click()
}

async function findNothing(page) {
  await page.getByLabel('Search names and details').fill('zebra')
  await page.waitForTimeout(500)
}

async function scrollTrail(page) {
  const box = page.getByRole('list', { name: 'Timeline' }).locator('..')
  for (let turn = 0; turn < 30; turn += 1) {
    await box.evaluate((element) => element.scrollBy(0, 4000))
    await page.waitForTimeout(40)
  }
}

async function toCheckUp(page) {
  await page.getByRole('heading', { name: 'Check-up' }).scrollIntoViewIfNeeded()
  await page.mouse.move(640, 300)
  await page.mouse.wheel(0, 2000)
}

async function failChange(page) {
  await press(page, 'Change')
  await page.getByLabel('Passphrase now', { exact: true }).fill('not the one')
  await page.getByLabel('New passphrase', { exact: true }).fill('mulberry tin orchard vow')
  await page.getByLabel('The same again', { exact: true }).fill('mulberry tin orchard vow')
  await page.keyboard.press('Enter')
}

async function changeOver(page) {
  await press(page, 'Change over')
}

async function fillExport(page) {
  await press(page, 'Export')
  await page.getByLabel('Passphrase', { exact: true }).fill('mulberry tin')
  await page.getByLabel('The same again', { exact: true }).fill('mulberry ton')
}

async function exportAll(page) {
  await fillExport(page)
  await page.getByLabel('The same again', { exact: true }).fill('mulberry tin')
  await page.keyboard.press('Enter')
}

async function tryThrice(page) {
  for (let turn = 0; turn < 3; turn += 1) {
    await page.getByLabel('Passphrase', { exact: true }).fill('wrong')
    await page.keyboard.press('Enter')
    await page.waitForTimeout(200)
  }
}
