/** A unified diff as lines to draw. */
export interface DiffLine {
  readonly kind: 'add' | 'remove' | 'same' | 'hunk'
  readonly text: string
}

export function diffLines(diff: string): DiffLine[] {
  const lines: DiffLine[] = []
  let inHunk = false
  for (const line of diff.split('\n')) {
    if (line.startsWith('@@')) {
      inHunk = true
      lines.push({ kind: 'hunk', text: line })
    } else if (/^(diff |index |Index: |={3,})/.test(line) || (!inHunk && /^(---|\+\+\+)/.test(line))) {
      inHunk = false
    } else if (inHunk && !line.startsWith('\\')) {
      lines.push(lineOf(line))
    }
  }
  if (lines.at(-1)?.text === '' && lines.at(-1)?.kind === 'same') lines.pop()
  return lines
}

function lineOf(line: string): DiffLine {
  const text = line.slice(1)
  if (line.startsWith('+')) return { kind: 'add', text }
  if (line.startsWith('-')) return { kind: 'remove', text }
  return { kind: 'same', text }
}

export function diffCounts(diff: string): { readonly added: number; readonly removed: number } {
  const lines = diffLines(diff)
  return {
    added: lines.filter((line) => line.kind === 'add').length,
    removed: lines.filter((line) => line.kind === 'remove').length,
  }
}
