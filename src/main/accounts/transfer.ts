import { BerthError } from '../errors.ts'
import { sealAgeFile } from '../vault/age-file.ts'
import type { Vault } from '../vault/types.ts'
import type { AccountsRepo } from './accounts-repo.ts'
import { readCredential } from './credential.ts'
import { type ExportedAccount, type ExportResult, writeExport } from './export-file.ts'
import { nameOf } from './resolve.ts'

export interface TransferDeps {
  readonly repo: AccountsRepo
  readonly vault: Vault
  readonly now: () => number
}

/** Every account under a passphrase. Throws what `Vault.ids` throws, and `bad_request` for a short passphrase. */
export async function exportFile(deps: TransferDeps, passphrase: string): Promise<ExportResult> {
  const { repo, vault, now } = deps
  vault.ids()
  const accounts: ExportedAccount[] = []
  const left: ExportResult['left'][number][] = []
  for (const account of repo.list()) {
    const { id, providerId, namespace, label, fields, createdAt } = account
    try {
      const secret = readCredential(vault, id)
      if (secret === undefined) left.push({ id, reason: `The vault has no key for ${nameOf(account)}.` })
      else accounts.push({ id, providerId, namespace, label, fields, createdAt, secret })
    } catch (error) {
      if (!(error instanceof BerthError)) throw error
      left.push({ id, reason: error.message })
    }
  }
  return {
    file: await sealAgeFile(passphrase, writeExport(accounts, now())),
    accounts: accounts.length,
    left,
  }
}
