import { stat, writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { BerthError, systemCode } from '../../errors.ts'
import type { Context } from '../context.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { readNewPassphrase } from '../secrets.ts'
import { type ImportOptions, importFrom } from './import.ts'

const isThere = (file: string): BerthError =>
  new BerthError('conflict', `${file} is there already. --force writes over it.`)

/** Says before a passphrase is typed what `write` would say after it. */
async function refuseToOverwrite(file: string): Promise<void> {
  const found = await stat(file).catch(() => undefined)
  if (found !== undefined) throw isThere(file)
}

async function write(file: string, bytes: Buffer, force: boolean): Promise<void> {
  try {
    await writeFile(file, bytes, { mode: 0o600, flag: force ? 'w' : 'wx', flush: true })
  } catch (cause) {
    const code = systemCode(cause)
    if (code === 'EEXIST') throw isThere(file)
    throw new BerthError('folder_not_writable', `${file} cannot be written (${code}).`, { cause })
  }
}

export async function exportVault(
  context: Context,
  file: string | undefined,
  options: { force?: boolean },
): Promise<ExitCode> {
  if (file === '-' && context.json) {
    throw new BerthError('bad_request', 'The file and JSON cannot both go to standard output. Name a file.')
  }
  if (file !== undefined && file !== '-' && options.force !== true) await refuseToOverwrite(resolve(file))
  const link = await context.openVault()
  const passphrase = await readNewPassphrase(context.io, 'A passphrase for the file')
  const made = await link.call('accounts.export', { passphrase })
  const bytes = Buffer.from(made.file, 'base64')
  for (const { id, reason } of made.left) context.say(`${id} is not in it: ${reason}`)
  if (file === '-') {
    context.io.outBytes(bytes)
    return EXIT.ok
  }
  const path = resolve(file ?? made.name)
  await write(path, bytes, options.force === true)
  const { accounts, left } = made
  context.show({ file: path, accounts, left }, () => {
    const count = accounts === 1 ? '1 account' : `${accounts} accounts`
    return `${count} written to ${path}. Whoever has it and the passphrase has the keys.\n`
  })
  return EXIT.ok
}

export function importVault(context: Context, file: string, options: ImportOptions): Promise<ExitCode> {
  return importFrom(context, 'berth', file, options)
}
