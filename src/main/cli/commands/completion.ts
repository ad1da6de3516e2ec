import { Argument, type Command } from 'commander'
import { connectToBerth } from '../client.ts'
import { bashScript } from '../completion/bash.ts'
import { type Branch, branchesOf } from '../completion/branches.ts'
import { fishScript } from '../completion/fish.ts'
import { zshScript } from '../completion/zsh.ts'
import type { Context } from '../context.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import type { Link } from '../link.ts'
import { accountNames } from '../names.ts'
import type { Bind } from '../program.ts'
import { namedBudgets } from './budget-names.ts'

const SCRIPTS: Readonly<Record<string, (branches: readonly Branch[]) => string>> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
}

/** Names a shell takes as one word as they are; colons part words in bash. */
const SIMPLE = /^[\w./@+-]+$/

/** For each thing the first of its names that is simple and no other thing's. */
function simpleNames(things: readonly (readonly string[])[]): string[] {
  return things.flatMap((names) => {
    const others = new Set(things.filter((other) => other !== names).flat())
    return names.find((name) => SIMPLE.test(name) && !others.has(name)) ?? []
  })
}

async function candidates(link: Link, kind: string): Promise<string[]> {
  switch (kind) {
    case 'account': {
      const accounts = await link.call('accounts.list', {})
      // The id last: labels say more.
      return simpleNames(accounts.map(accountNames).map(([id = '', ...names]) => [...names, id]))
    }
    case 'project': {
      const projects = await link.call('projects.list', {})
      return simpleNames(projects.map(({ name, id }) => [name, id]))
    }
    case 'budget': {
      const known = await namedBudgets(link)
      return simpleNames(known.map(({ name, budget }) => [name, budget.id]))
    }
    case 'host': {
      // Those that can be taken off the list. Colons part words in bash, so some are left out.
      const rules = await link.call('egress.rules', {})
      return simpleNames(rules.flatMap(({ host, own }) => (own ? [[host]] : [])))
    }
    case 'provider':
      return (await link.call('providers.list', {})).map(({ id }) => id)
    default:
      return []
  }
}

/** What a shell asks while a command is typed: only of a Berth that runs, for a key press must open no vault. */
export async function complete(dataDir: string, kind: string): Promise<string[]> {
  const link = await connectToBerth(dataDir).catch(() => undefined)
  if (link === undefined) return []
  try {
    return await candidates(link, kind)
  } catch {
    return []
  } finally {
    await link.close()
  }
}

export function addCompletionCommands(program: Command, bind: Bind): void {
  program
    .command('completion')
    .description('print a script that completes this command in a shell')
    .addArgument(new Argument('<shell>').choices(Object.keys(SCRIPTS)))
    .addHelpText(
      'after',
      `
For bash:  berth completion bash > ~/.local/share/bash-completion/completions/berth
For zsh:   berth completion zsh > "\${fpath[1]}/_berth"
For fish:  berth completion fish > ~/.config/fish/completions/berth.fish
`,
    )
    .action(
      bind(async (context: Context, shell: string): Promise<ExitCode> => {
        context.io.out(SCRIPTS[shell]?.(branchesOf(program)) ?? '')
        return EXIT.ok
      }),
    )
  program
    .command('__complete', { hidden: true })
    .argument('<kind>')
    .action(
      bind(async (context: Context, kind: string): Promise<ExitCode> => {
        for (const name of await complete(context.dataDir, kind)) context.io.out(`${name}\n`)
        return EXIT.ok
      }),
    )
}
