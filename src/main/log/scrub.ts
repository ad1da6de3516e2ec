/**
 * Credentials as vendors form them, and logins inside addresses. This is the last net and not the first: code never
 * hands a secret to a log, but a library's error message might.
 */
const CREDENTIALS = [
  /\b(?:sk|pk|rk|gsk|xai|pplx|hf|r8|fw|csk|nvapi|glpat|ghp|gho|ghu|ghs|github_pat)[-_][A-Za-z0-9_-]{12,}/g,
  /\bAIza[A-Za-z0-9_-]{20,}/g,
  /(?<=\b(?:Bearer|Basic)\s)[A-Za-z0-9+/=._~-]{8,}/gi,
  /(?<=:\/\/[^\s/:@"]{1,64}:)[^\s/@"]+(?=@)/g,
]

/** Words joined by dots. It begins at a word's beginning only, so a text made to be slow to search is not. */
const DOTTED = /(?<![\w-])[\w-]+(?:\.[\w-]*)+/g

/** Takes JSON Web Tokens out of words joined by dots: `eyJ…` and two more, of which the last may be empty. */
function withoutTokens(dotted: string): string {
  const words = dotted.split('.')
  const out: string[] = []
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? ''
    const start = word.search(/\beyJ/)
    const isToken = start >= 0 && word.length >= start + 11 && (words[i + 1]?.length ?? 0) >= 8
    if (isToken && i + 2 < words.length) {
      out.push(`${word.slice(0, start)}[secret]`)
      i += 2
    } else out.push(word)
  }
  return out.join('.')
}

/** Replaces whatever looks like a credential with `[secret]`. Takes time in proportion to the text's length. */
export function scrub(text: string): string {
  const clean = CREDENTIALS.reduce((rest, pattern) => rest.replace(pattern, '[secret]'), text)
  return clean.includes('eyJ') ? clean.replace(DOTTED, withoutTokens) : clean
}
