import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { runAge } from '../../support/age.ts'
import { newAccount, newKey } from '../accounts/harness.ts'
import { openWorld, type World } from './world.ts'

const PASSPHRASE = 'correct horse battery staple'
let world: World
beforeEach(async () => {
  world = await openWorld()
})
afterEach(() => world.close())

it("writes an export that the system's age opens, and imports what age wrote", async () => {
  const given = newAccount({ namespace: 'work', label: 'first' })
  await world.accounts.add(given)
  const [file, plain, made] = ['export.age', 'plain.json', 'made.age'].map((name) => join(world.home, name))
  if (file === undefined || plain === undefined || made === undefined) throw new Error('no paths')
  writeFileSync(file, (await world.accounts.exportFile(PASSPHRASE)).file)
  await runAge(['-d', '-o', plain, file], [PASSPHRASE])
  const opened = JSON.parse(readFileSync(plain, 'utf8'))
  expect(opened.accounts).toMatchObject([{ label: 'first', secret: { type: 'api', key: given.key } }])

  const key = newKey()
  opened.accounts.push({
    ...opened.accounts[0],
    id: 'secondaccount000',
    label: 'second',
    secret: { type: 'api', key },
  })
  writeFileSync(plain, JSON.stringify(opened))
  for (const armor of [[], ['-a']]) {
    await runAge(['-p', ...armor, '-o', made, plain], [PASSPHRASE, PASSPHRASE])
    const source = { kind: 'berth' as const, path: made, passphrase: PASSPHRASE }
    const state = armor.length === 0 ? 'new' : 'same'
    expect((await world.imports.preview(source)).items).toMatchObject([{ state: 'same' }, { state }])
    expect(await world.imports.apply(source, {})).toMatchObject({ added: state === 'new' ? 1 : 0 })
  }
  expect(world.accounts.credential('secondaccount000')).toEqual({ type: 'api', key })
})
