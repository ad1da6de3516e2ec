import { type Branch, type Choice, quoted } from './branches.ts'

const described = ({ word, says }: Choice): string => quoted(`${word}:${says.replaceAll(':', '\\:')}`)

function linesOf({ commands, options, slots }: Branch): string[] {
  const words = slots.flatMap((slot) => (slot.kind === 'words' ? slot.words : []))
  return [
    ...(commands.length === 0
      ? []
      : [`local -a names=(${commands.map(described).join(' ')}); _describe command names`]),
    ...(words.length === 0 ? [] : [`compadd -- ${words.map(quoted).join(' ')}`]),
    ...slots.flatMap((slot) =>
      slot.kind === 'ask' ? [`compadd -- \${(f)"$(berth __complete ${slot.what} 2>/dev/null)"}`] : [],
    ),
    ...(slots.some(({ kind }) => kind === 'files') ? ['_files'] : []),
    `local -a flags=(${options.map(described).join(' ')}); _describe -o option flags`,
  ]
}

export function zshScript(branches: readonly Branch[]): string {
  const paths = branches.slice(1).map(({ path }) => quoted(path))
  const cases = branches.map(
    (branch) => `    ${quoted(branch.path)})\n      ${linesOf(branch).join('\n      ')}\n      ;;`,
  )
  return `#compdef berth
# berth completion for zsh; made by: berth completion zsh
_berth() {
  local at=berth i
  for ((i = 2; i < CURRENT; i++)); do
    case "$at $words[i]" in
      (${paths.join('|')}) at="$at $words[i]" ;;
    esac
  done
  case "$at" in
${cases.join('\n')}
  esac
}
if [[ "$funcstack[1]" == _berth ]]; then _berth "$@"; else compdef _berth berth; fi
`
}
