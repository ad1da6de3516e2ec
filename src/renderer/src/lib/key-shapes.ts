/**
 * The beginnings of keys that belong to one vendor alone, so that a key pasted under the wrong provider is noticed.
 * Taken from the vendors' own documentation of their keys; `sk-` alone is used by dozens and says nothing.
 */
const PREFIXES: readonly (readonly [prefix: string, providerId: string])[] = [
  ['sk-ant-', 'anthropic'],
  ['sk-or-', 'openrouter'],
  ['sk-proj-', 'openai'],
  ['sk-svcacct-', 'openai'],
  ['AIza', 'google'],
  ['gsk_', 'groq'],
  ['xai-', 'xai'],
  ['pplx-', 'perplexity'],
  ['hf_', 'huggingface'],
  ['github_pat_', 'github-models'],
  ['ghp_', 'github-models'],
  ['csk-', 'cerebras'],
  ['nvapi-', 'nvidia'],
  ['fw_', 'fireworks-ai'],
  ['tgp_v1_', 'togetherai'],
  ['vck_', 'vercel'],
  ['glpat-', 'gitlab'],
  ['v1.0-', 'cloudflare-workers-ai'],
]

/** The provider a key looks made for, or undefined when its form says nothing. */
export function providerOfKey(key: string): string | undefined {
  const trimmed = key.trim()
  return PREFIXES.find(([prefix]) => trimmed.startsWith(prefix))?.[1]
}

/** The other provider this key looks made for, when it is known and is not the chosen one. */
export function foreignKey<P extends { readonly id: string }>(
  key: string,
  chosenId: string,
  providers: readonly P[],
): P | undefined {
  const id = providerOfKey(key)
  return id === undefined || id === chosenId ? undefined : providers.find((provider) => provider.id === id)
}
