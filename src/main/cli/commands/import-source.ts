import { resolve } from 'node:path'
import type { ImportKind, ImportSource } from '../../../preload/imports.ts'
import { BerthError } from '../../errors.ts'
import type { Context } from '../context.ts'
import type { Link } from '../link.ts'
import { readSecret } from '../secrets.ts'

/** The keys in this shell's environment: a Berth that runs was started with another. No other variable is sent. */
async function environmentOf(context: Context, link: Link): Promise<ImportSource> {
  if (link.alone) return { kind: 'environment' }
  const providers = await link.call('providers.list', {})
  const names = new Set(providers.flatMap(({ env, fields }) => [...env, ...fields.map(({ name }) => name)]))
  const set = [...names].flatMap((name) => {
    const value = context.env[name]
    return value === undefined || value === '' ? [] : [[name, value]]
  })
  return { kind: 'environment', variables: Object.fromEntries(set) }
}

/** An import's source, with paths made absolute: Berth runs in another folder. */
export async function readSource(
  context: Context,
  link: Link,
  kind: ImportKind,
  file: string | undefined,
): Promise<ImportSource> {
  const path = file === undefined || file === '-' ? undefined : resolve(file)
  switch (kind) {
    case 'environment':
      return environmentOf(context, link)
    case 'doce':
    case 'berth': {
      if (path === undefined)
        throw new BerthError('bad_request', `Name the file: berth import ${kind} <file>.`)
      if (kind === 'doce') return { kind, path }
      return { kind, path, passphrase: await readSecret(context.io, 'The passphrase of the file') }
    }
    default: {
      if (path !== undefined) return { kind, path }
      const piped = file === '-' || (kind === 'keys' && !context.io.interactive)
      if (piped) return { kind, text: await context.io.rest() }
      if (kind !== 'keys') return { kind }
      throw new BerthError('bad_request', 'Name the file of keys, or give them on standard input.')
    }
  }
}
