/**
 * Cuts markdown into pieces that can be drawn on their own, so that while an answer is streamed only its last piece is
 * parsed again. It cuts at blank lines where a new thing certainly begins, never inside a fence, a list or a quote, and
 * not at all where definitions at one place are used at another.
 */
export function splitBlocks(markdown: string): string[] {
  if (/^\[[^\]]+\]:\s/m.test(markdown)) return [markdown]
  const blocks: string[] = []
  let current: string[] = []
  let fence: string | undefined
  let blank = false
  for (const line of markdown.split('\n')) {
    const mark = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1]
    const begins = fence === undefined && blank && !continues(line)
    if (begins && current.length > 0) {
      blocks.push(current.join('\n'))
      current = []
    }
    if (mark !== undefined) {
      if (fence === undefined) fence = mark
      else if (mark[0] === fence[0] && mark.length >= fence.length && line.trim() === mark) fence = undefined
    }
    blank = line.trim() === ''
    current.push(line)
  }
  if (current.length > 0) blocks.push(current.join('\n'))
  return blocks
}

/** True for a line that may belong to what stood before a blank line: an indented one, a list item, a quote, HTML. */
function continues(line: string): boolean {
  return line.trim() === '' || /^(\s|[-*+]\s|\d+[.)]\s|>|<)/.test(line)
}
