import type { Command } from 'commander'
import type { Context } from '../context.ts'
import type { Bind } from '../program.ts'

async function providers(context: Context, search: string | undefined): Promise<undefined> {
  const link = await context.link('nothing')
  const wanted = (search ?? '').toLowerCase()
  const all = await link.call('providers.list', {})
  const accounts = await link.call('accounts.list', {})
  const found = all.filter(({ id, name }) => id.includes(wanted) || name.toLowerCase().includes(wanted))
  const count = (id: string) => accounts.filter(({ providerId }) => providerId === id).length
  context.show(found, (list) =>
    list.length === 0
      ? 'No provider fits.\n'
      : context.table(
          ['PROVIDER', 'NAME', 'MODELS', 'ACCOUNTS', 'USUAL VARIABLE'],
          list.map(({ id, name, modelCount, env, unsupported }) => [
            id,
            name,
            String(modelCount),
            count(id) === 0 ? '—' : String(count(id)),
            unsupported === undefined ? (env[0] ?? '—') : 'not with a key',
          ]),
        ),
  )
  return undefined
}

export function addProviderCommand(program: Command, bind: Bind): void {
  program
    .command('providers')
    .description('list the providers, most popular first')
    .argument('[search]', 'part of an id or a name')
    .action(bind(providers))
}
