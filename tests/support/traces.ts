import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * The forms in which bytes hold a text: as it is, in hex, escaped for an address, and in base64 wherever in a longer
 * text it stands, which is in one of three ways.
 */
export function formsOf(text: string): string[] {
  const base64 = [0, 1, 2].map((before) => {
    const encoded = Buffer.from('-'.repeat(before) + text).toString('base64')
    // What its neighbours decide too is left out.
    const from = before === 0 ? 0 : before + 1
    return encoded.replace(/=+$/, '').slice(from, -2)
  })
  const url = base64.map((form) => form.replaceAll('+', '-').replaceAll('/', '_'))
  return [...new Set([text, encodeURIComponent(text), Buffer.from(text).toString('hex'), ...base64, ...url])]
}

/** The files of a folder that hold one of the texts in one of its forms, by name. */
export function filesWith(folder: string, ...texts: string[]): string[] {
  const forms = texts.flatMap(formsOf)
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .filter((entry) => {
      const bytes = readFileSync(join(entry.parentPath, entry.name))
      return forms.some((form) => bytes.includes(form))
    })
    .map(({ name }) => name)
}

/** Linux: the processes whose command line or environment holds the text, as `pid what`. */
export function processesWith(text: string): string[] {
  const forms = formsOf(text)
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) =>
      ['cmdline', 'environ'].flatMap((what) => {
        try {
          const bytes = readFileSync(join('/proc', pid, what))
          return forms.some((form) => bytes.includes(form)) ? [`${pid} ${what}`] : []
        } catch {
          // It has ended, or is another user's.
          return []
        }
      }),
    )
}
