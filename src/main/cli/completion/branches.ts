import type { Argument, Command, Option } from 'commander'

/** What the running Berth is asked for. */
type Asked = 'account' | 'budget' | 'host' | 'project' | 'provider'

/** What a word may be that is neither a command nor an option. */
export type Slot =
  | { readonly kind: 'words'; readonly words: readonly string[] }
  /** Asked of the running Berth with `berth __complete`. */
  | { readonly kind: 'ask'; readonly what: Asked }
  | { readonly kind: 'files' }

export interface Choice {
  readonly word: string
  readonly says: string
}

/** One command of the tree. */
export interface Branch {
  /** `berth accounts use` */
  readonly path: string
  readonly commands: readonly Choice[]
  readonly options: readonly Choice[]
  readonly slots: readonly Slot[]
}

function slotOf(argument: Argument): Slot | undefined {
  if (argument.argChoices !== undefined) return { kind: 'words', words: argument.argChoices }
  switch (argument.name()) {
    case 'account':
    case 'budget':
    case 'host':
    case 'project':
    case 'provider':
      return { kind: 'ask', what: argument.name() as Asked }
    case 'file':
      return { kind: 'files' }
    default:
      return undefined
  }
}

const isShown = (command: Command): boolean => !command.name().startsWith('__')

const choiceOf = (option: Option): Choice[] =>
  option.long === undefined || option.long === null || option.hidden
    ? []
    : [{ word: option.long, says: option.description }]

/** Every command under this one, itself first. Options of the program hold in all of them. */
export function branchesOf(program: Command): Branch[] {
  const everywhere = [...program.options.flatMap(choiceOf), { word: '--help', says: 'how it is used' }]
  const walk = (command: Command, path: string): Branch[] => {
    const children = command.commands.filter(isShown)
    const own = command === program ? [] : command.options.flatMap(choiceOf)
    const branch: Branch = {
      path,
      commands: children.map((child) => ({ word: child.name(), says: child.description() })),
      options: [...own, ...everywhere],
      slots: command.registeredArguments.map(slotOf).filter((slot) => slot !== undefined),
    }
    return [branch, ...children.flatMap((child) => walk(child, `${path} ${child.name()}`))]
  }
  return walk(program, program.name())
}

/** For single quotes in a shell. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}
