/**
 * Credentials as vendors form them, and logins inside addresses. This is the last net and not the first: code never
 * hands a secret to a log, but a library's error message might.
 */
const CREDENTIALS = [
  /\b(?:sk|pk|rk|gsk|xai|pplx|hf|r8|fw|csk|nvapi|glpat|ghp|gho|ghu|ghs|github_pat)[-_][A-Za-z0-9_-]{12,}/g,
  /\bAIza[A-Za-z0-9_-]{20,}/g,
  /\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*/g,
  /(?<=\b(?:Bearer|Basic)\s)[A-Za-z0-9+/=._~-]{8,}/gi,
  /(?<=:\/\/[^\s/:@"]{1,64}:)[^\s/@"]+(?=@)/g,
]

/** Replaces whatever looks like a credential with `[secret]`. */
export function scrub(text: string): string {
  return CREDENTIALS.reduce((clean, pattern) => clean.replace(pattern, '[secret]'), text)
}
