import { expect, it } from 'vitest'
import { importHandlers } from '../../../src/main/rpc/import-handlers.ts'
import type { Services } from '../../../src/main/rpc/services.ts'
import { methods } from '../../../src/preload/contract.ts'
import { importPreview, importResult } from '../../../src/preload/imports.ts'
import { newKey } from '../accounts/harness.ts'
import { openWorld, secretOf } from '../imports/world.ts'

it('exports, previews and imports by the contract', async () => {
  const world = await openWorld()
  const said: string[] = []
  // Only what these handlers use.
  const services = {
    ...world,
    afterRestart: (sentence: string) => said.push(sentence),
  } as unknown as Services
  const handlers = importHandlers(services)
  const text = [
    `ANTHROPIC_API_KEY=${newKey()}`,
    `AZURE_API_KEY=${secretOf('')}`,
    'AZURE_RESOURCE_NAME=my-models',
  ].join('\n')
  const source = { kind: 'env-file' as const, text }
  const shown = await handlers['imports.preview']({ source })
  expect(importPreview.parse(shown)).toEqual(shown)
  expect(shown.items).toHaveLength(2)
  const done = await handlers['imports.apply']({ source, choices: {} })
  expect(importResult.parse(done)).toEqual(done)
  expect(done).toMatchObject({ added: 2 })
  expect(said).toEqual(['AZURE_API_KEY of Azure is usable in running projects after a restart'])
  expect(await handlers['imports.offers']()).toEqual([])

  const made = await handlers['accounts.export']({ passphrase: 'correct horse battery' })
  expect(methods['accounts.export'].output.parse(made)).toEqual(made)
  expect(made).toMatchObject({ accounts: 2, left: [] })
  expect(made.name).toMatch(/^berth-accounts-\d{4}-\d\d-\d\d\.age$/)
  expect(Buffer.from(made.file, 'base64').toString('latin1')).toMatch(/^age-encryption\.org\/v1\n-> scrypt /)
  world.close()
}, 60_000)
