/** Facts about well-known vendors that OpenCode does not report. */

/** Most popular first, after OpenCode's own list for its sign-in menu. */
const POPULAR: readonly string[] = [
  'anthropic',
  'openai',
  'google',
  'openrouter',
  'github-copilot',
  'vercel',
  'opencode',
  'groq',
  'mistral',
  'xai',
  'deepseek',
  'amazon-bedrock',
  'azure',
  'moonshotai',
  'zai',
  'huggingface',
  'togetherai',
  'fireworks-ai',
]

/** The rank of every provider that is not on the list; they are then sorted by name. */
const UNRANKED = 1000

/** From 1; the user's own providers come before at 0. */
export function rankOf(providerId: string): number {
  const index = POPULAR.indexOf(providerId)
  return index === -1 ? UNRANKED : index + 1
}

/** How API keys of a vendor begin, by their documentation. */
const PREFIXES: Readonly<Record<string, string>> = {
  anthropic: 'sk-ant-api03-',
  cerebras: 'csk-',
  deepseek: 'sk-',
  'fireworks-ai': 'fw_',
  gitlab: 'glpat-',
  google: 'AIza',
  groq: 'gsk_',
  huggingface: 'hf_',
  moonshotai: 'sk-',
  nvidia: 'nvapi-',
  openai: 'sk-proj-',
  openrouter: 'sk-or-v1-',
  perplexity: 'pplx-',
  'perplexity-agent': 'pplx-',
  vercel: 'vck_',
  xai: 'xai-',
}

/** Beginnings that say what a key is and nothing about which one, longest first. */
const KNOWN = [
  ...new Set([...Object.values(PREFIXES), 'sk-svcacct-', 'github_pat_', 'ghp_', 'gho_', 'ghu_', 'r8_']),
].sort((a, b) => b.length - a.length)

export function keyPrefixOf(providerId: string): string {
  return PREFIXES[providerId] ?? ''
}

/** The well-known beginning of this key, or an empty string. */
export function knownPrefix(key: string): string {
  return KNOWN.find((prefix) => key.startsWith(prefix)) ?? ''
}
