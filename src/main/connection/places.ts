/**
 * Where the providers without an address in the catalog are asked: their SDK has it built in. Each was seen on the wire
 * with OpenCode 1.18.33; and which of a provider's several addresses is the OpenAI-compatible one.
 */
export const BASES: Readonly<Record<string, string>> = {
  cerebras: 'https://api.cerebras.ai/v1',
  deepinfra: 'https://api.deepinfra.com/v1/openai',
  freemodel: 'https://api.freemodel.dev/v1',
  groq: 'https://api.groq.com/openai/v1',
  mistral: 'https://api.mistral.ai/v1',
  perplexity: 'https://api.perplexity.ai',
  togetherai: 'https://api.together.xyz/v1',
}

/**
 * Providers of one vendor whose keys do not work for each other: regions, and plans beside paying by use. The vendors
 * say so themselves (platform.kimi.ai, "Errors"; docs.z.ai; platform.minimax.io; alibabacloud.com, Model Studio).
 */
const RELATED: readonly (readonly string[])[] = [
  ['moonshotai', 'moonshotai-cn', 'kimi-code-plan-global', 'kimi-code-plan-cn'],
  ['zai', 'zhipuai', 'zai-coding-plan', 'zhipuai-coding-plan'],
  ['minimax', 'minimax-cn', 'minimax-coding-plan', 'minimax-cn-coding-plan'],
  [
    'alibaba',
    'alibaba-cn',
    'alibaba-coding-plan',
    'alibaba-coding-plan-cn',
    'alibaba-token-plan',
    'alibaba-token-plan-cn',
  ],
  ['siliconflow', 'siliconflow-cn'],
  ['stepfun', 'stepfun-ai', 'stepfun-step-plan', 'stepfun-ai-step-plan'],
  ['tencent-tokenhub', 'tencent-coding-plan', 'tencent-token-plan'],
  ['volcengine', 'volcengine-coding-plan'],
  ['xiaomi', 'xiaomi-token-plan-ams', 'xiaomi-token-plan-cn', 'xiaomi-token-plan-sgp'],
]

/** Other providers that a key refused here may belong to. */
export function relatedTo(providerId: string): readonly string[] {
  const group = RELATED.find((ids) => ids.includes(providerId)) ?? []
  return group.filter((id) => id !== providerId)
}
