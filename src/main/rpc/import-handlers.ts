import type { Handlers } from './dispatch.ts'
import type { Services } from './services.ts'

/** `berth-accounts-2026-03-01.age`, by the day where the user is. */
function exportName(now: Date): string {
  const two = (part: number): string => String(part).padStart(2, '0')
  return `berth-accounts-${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}.age`
}

/** Accounts that come from elsewhere, and the export that goes there. */
export function importHandlers({ accounts, catalog, imports, afterRestart }: Services) {
  return {
    'accounts.export': async ({ passphrase }) => {
      const made = await accounts.exportFile(passphrase)
      return {
        file: Buffer.from(made.file).toString('base64'),
        name: exportName(new Date()),
        accounts: made.accounts,
        left: [...made.left],
      }
    },
    'imports.offers': () => imports.offers(),
    'imports.preview': ({ source }) => imports.preview(source),
    'imports.apply': async ({ source, choices }) => {
      const result = await imports.apply(source, choices)
      const brought = new Set(
        result.items.flatMap((item) => (item.outcome === 'added' ? item.accountId : [])),
      )
      // Fields are in an OpenCode's environment, which is made at the start.
      const fielded = accounts
        .list()
        .filter(({ id, fields }) => brought.has(id) && Object.keys(fields).length > 0)
      const names = fielded.map(({ label, providerId }) => `${label} of ${catalog.provider(providerId).name}`)
      if (names.length > 0) {
        afterRestart(
          `${names.join(' and ')} ${names.length === 1 ? 'is' : 'are'} usable in running projects after a restart`,
        )
      }
      return result
    },
  } satisfies Partial<Handlers>
}
