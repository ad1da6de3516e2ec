import type { Provider } from '../../../preload/shapes.ts'
import { BerthError } from '../../errors.ts'
import type { Context } from '../context.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import type { Link } from '../link.ts'
import { accountName, findAccount } from '../names.ts'
import { readSecret } from '../secrets.ts'

/** Adding an account and giving it another key: what needs a secret. */

/** Verdicts with which a key is not kept: it would serve no request. */
const BAD = new Set(['wrong_key', 'expired', 'revoked'])

async function providerOf(link: Link, id: string): Promise<Provider> {
  const providers = await link.call('providers.list', {})
  const found = providers.find((one) => one.id === id)
  if (found === undefined) {
    throw new BerthError('unknown_provider', `There is no provider "${id}". berth providers lists them.`)
  }
  if (found.unsupported !== undefined) throw new BerthError('bad_request', found.unsupported)
  return found
}

function parseFields(given: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    given.map((text) => {
      const at = text.indexOf('=')
      if (at > 0) return [text.slice(0, at), text.slice(at + 1)]
      throw new BerthError('bad_request', 'A field is given as NAME=value.')
    }),
  )
}

/** The fields of the provider that are still to be given: asked for where somebody can be asked. */
async function fieldsFor(context: Context, provider: Provider, given: readonly string[]) {
  const fields = parseFields(given)
  for (const { name, label, required } of provider.fields) {
    if (fields[name] !== undefined || !required) continue
    if (!context.io.interactive) {
      throw new BerthError('bad_request', `${provider.name} needs ${label}: --field ${name}=…`)
    }
    fields[name] = (await context.io.ask(`${label}: `)).trim()
  }
  return fields
}

function splitName(name: string): { namespace: string; label: string } {
  const slash = name.indexOf('/')
  return { namespace: slash === -1 ? '' : name.slice(0, slash), label: name.slice(slash + 1) }
}

export async function addAccount(
  context: Context,
  providerId: string,
  name: string,
  options: { field?: string[]; test: boolean },
): Promise<ExitCode> {
  const link = await context.openVault()
  const provider = await providerOf(link, providerId)
  const fields = await fieldsFor(context, provider, options.field ?? [])
  const key = await readSecret(context.io, `API key for ${provider.name}`)
  if (options.test) {
    const check = await link.call('accounts.checkKey', { providerId, key, fields })
    if (BAD.has(check.verdict)) {
      throw new BerthError(
        'credential_rejected',
        `${check.message} It was not kept; --no-test keeps it all the same.`,
      )
    }
    if (check.verdict !== 'good') context.say(check.message)
  }
  const account = await link.call('accounts.add', { providerId, ...splitName(name), key, fields })
  context.show(account, (one) => `${accountName(one)} is kept (${one.preview}).\n`)
  return EXIT.ok
}

export async function replaceKey(context: Context, name: string): Promise<undefined> {
  const link = await context.openVault()
  const account = await findAccount(link, name)
  const key = await readSecret(context.io, `New API key for ${accountName(account)}`)
  const changed = await link.call('accounts.replaceKey', { accountId: account.id, key })
  context.show(changed, (one) => `${accountName(one)} has a new key (${one.preview}).\n`)
  return undefined
}
