import { type Branch, type Choice, quoted } from './branches.ts'

function linesOf({ path, commands, options, slots }: Branch): string[] {
  const here = `complete -c berth -n "test (__berth_at) = ${quoted(path)}"`
  const flag = ({ word, says }: Choice) => `${here} -l ${word.slice(2)} -d ${quoted(says)}`
  return [
    ...commands.map(({ word, says }) => `${here} -a ${word} -d ${quoted(says)}`),
    ...slots.map((slot) => {
      if (slot.kind === 'files') return `${here} -F`
      return slot.kind === 'words'
        ? `${here} -a ${quoted(slot.words.join(' '))}`
        : `${here} -a '(berth __complete ${slot.what} 2>/dev/null)'`
    }),
    ...options.map(flag),
  ]
}

export function fishScript(branches: readonly Branch[]): string {
  const paths = branches.slice(1).map(({ path }) => quoted(path))
  return `# berth completion for fish; made by: berth completion fish
function __berth_at
  set -l at berth
  for word in (commandline -opc)[2..-1]
    switch "$at $word"
      case ${paths.join(' ')}
        set at "$at $word"
    end
  end
  echo $at
end
complete -c berth -f
${branches.flatMap(linesOf).join('\n')}
`
}
