/**
 * The text without those of `signs` that stand at its end. A pattern such as `/\/+$/` tries every run of them anew from each of
 * its signs: on 100 kB out of a foreign file that takes ten seconds, in which nobody is answered.
 */
export function trimEnd(text: string, signs: string): string {
  let end = text.length
  while (end > 0 && signs.includes(text[end - 1] ?? '')) end -= 1
  return text.slice(0, end)
}
