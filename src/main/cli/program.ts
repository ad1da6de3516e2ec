import { Command } from 'commander'
import { addAccountCommands } from './commands/accounts.ts'
import { addBudgetCommands } from './commands/budgets.ts'
import { addCompletionCommands } from './commands/completion.ts'
import { addDoctorCommand } from './commands/doctor.ts'
import { addImportCommand } from './commands/import.ts'
import { addNetworkCommands } from './commands/network.ts'
import { addPoolCommands } from './commands/pools.ts'
import { addProjectCommands } from './commands/projects.ts'
import { addPromptCommand } from './commands/prompt.ts'
import { addProviderCommand } from './commands/providers.ts'
import { addUsageCommand } from './commands/usage.ts'
import { addVaultCommands } from './commands/vault.ts'
import type { Context } from './context.ts'
import { EXIT, type ExitCode, exitCodeTable } from './exit-codes.ts'

/** Turns a command's work into what commander calls: it gets the context, and its exit code is kept. */
export type Bind = <A extends unknown[]>(
  work: (context: Context, ...args: A) => Promise<ExitCode | undefined>,
) => (...args: A) => Promise<void>

const EXAMPLES = `
Examples:
  berth doctor                                  what works, and how to mend what does not
  berth accounts add anthropic work             asks for the key, tests and keeps it
  pass show anthropic | berth accounts add anthropic work
  berth accounts use work                       the account requests use from now on
  berth import env-file .env                    shows what is in it, and asks what to take
  berth projects start atlas
  berth prompt atlas "What does this folder do?"
  berth usage --by day,project --days 7
  berth budgets set --project atlas --usd 5 --per day
  berth accounts list --json | jq '.[].label'

A secret is typed or comes from standard input; it is never an argument. berth help exit-codes lists exit codes.
`

function exitCodeText(): string {
  const rows = exitCodeTable.map(([code, meaning]) => `  ${String(code).padStart(3)}  ${meaning}`)
  return `What berth ends with:\n${rows.join('\n')}\n`
}

function addHelpCommand(program: Command): void {
  program.helpCommand(false)
  program
    .command('help')
    .description('show how a command is used; help exit-codes shows the exit codes')
    .argument('[command...]')
    .action((names: string[]) => {
      if (names[0] === 'exit-codes') {
        program.configureOutput().writeOut?.(exitCodeText())
        return
      }
      let target = program
      for (const name of names) {
        const next = target.commands.find(
          (command) => command.name() === name || command.aliases().includes(name),
        )
        if (next === undefined)
          program.error(`error: there is no command "${names.join(' ')}"`, { exitCode: EXIT.usage })
        else target = next
      }
      target.outputHelp()
    })
}

/** Subcommands inherit how output and errors are handled only when they are made after it is set. */
export function buildProgram(
  bind: Bind,
  options: { readonly version: string; out(text: string): void; err(text: string): void },
): Command {
  const program = new Command('berth')
    .description(
      'Your provider accounts and projects from the terminal. Uses the Berth that runs, or does the work itself.',
    )
    .version(options.version, '-V, --version')
    .option('--json', 'print one JSON value')
    .option('--unlock', "the first line of standard input is the vault's passphrase")
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({ writeOut: options.out, writeErr: options.err })
    .configureHelp({ helpWidth: 100, sortSubcommands: false, showGlobalOptions: true })
    .addHelpText('after', EXAMPLES)
  addDoctorCommand(program, bind)
  addProviderCommand(program, bind)
  addAccountCommands(program, bind)
  addPoolCommands(program, bind)
  addVaultCommands(program, bind)
  addImportCommand(program, bind)
  addProjectCommands(program, bind)
  addNetworkCommands(program, bind)
  addPromptCommand(program, bind)
  addUsageCommand(program, bind)
  addBudgetCommands(program, bind)
  addCompletionCommands(program, bind)
  addHelpCommand(program)
  return program
}
