import { type Branch, quoted } from './branches.ts'

function wordsOf({ commands, options, slots }: Branch): string {
  const fixed = [
    ...commands.map(({ word }) => word),
    ...slots.flatMap((slot) => (slot.kind === 'words' ? slot.words : [])),
    ...options.map(({ word }) => word),
  ]
  const asked = slots.flatMap((slot) =>
    slot.kind === 'ask' ? [`$(berth __complete ${slot.what} 2>/dev/null)`] : [],
  )
  return `"${[...fixed, ...asked].join(' ')}"`
}

/** For bash from 3.2 on, which macOS has: no associative arrays, no mapfile. */
export function bashScript(branches: readonly Branch[]): string {
  const paths = branches.slice(1).map(({ path }) => quoted(path))
  const cases = branches.map((branch) => {
    const files = branch.slots.some(({ kind }) => kind === 'files')
    const more = files ? '; COMPREPLY+=($(compgen -f -- "$cur")); compopt -o filenames 2>/dev/null' : ''
    return `    ${quoted(branch.path)}) COMPREPLY=($(compgen -W ${wordsOf(branch)} -- "$cur"))${more} ;;`
  })
  return `# berth completion for bash; made by: berth completion bash
_berth() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" at=berth i
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "$at \${COMP_WORDS[i]}" in
      ${paths.join('|')}) at="$at \${COMP_WORDS[i]}" ;;
    esac
  done
  case "$at" in
${cases.join('\n')}
  esac
}
complete -F _berth berth
`
}
