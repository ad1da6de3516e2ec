import type { Tokens } from '../../../preload/tokens.ts'

type Json = Readonly<Record<string, unknown>>
const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null

function count(from: unknown, ...names: string[]): number | undefined {
  if (!isObject(from)) return undefined
  for (const name of names) {
    const value = from[name]
    if (typeof value === 'number' && Number.isFinite(value) && value >= 0) return value
  }
  return undefined
}

/** Gemini: ai.google.dev, UsageMetadata. The thoughts are counted beside the candidates. */
function fromGemini(usage: Json): Tokens | undefined {
  const prompt = count(usage, 'promptTokenCount')
  if (prompt === undefined) return undefined
  const cacheRead = count(usage, 'cachedContentTokenCount') ?? 0
  const reasoning = count(usage, 'thoughtsTokenCount') ?? 0
  const output = (count(usage, 'candidatesTokenCount') ?? 0) + reasoning
  return { input: Math.max(0, prompt - cacheRead), output, cacheRead, cacheWrite: 0, reasoning }
}

/** Anthropic and Bedrock count cached input apart: platform.claude.com, Messages; AWS, TokenUsage. */
function fromAnthropic(usage: Json): Tokens | undefined {
  const cacheRead = count(usage, 'cache_read_input_tokens', 'cacheReadInputTokens')
  const cacheWrite = count(usage, 'cache_creation_input_tokens', 'cacheWriteInputTokens')
  const bedrock = count(usage, 'inputTokens')
  if (cacheRead === undefined && cacheWrite === undefined && bedrock === undefined) return undefined
  return {
    input: count(usage, 'input_tokens', 'inputTokens') ?? 0,
    output: count(usage, 'output_tokens', 'outputTokens') ?? 0,
    cacheRead: cacheRead ?? 0,
    cacheWrite: cacheWrite ?? 0,
    reasoning: 0,
  }
}

/** OpenAI's two formats, which count cached input within the input: platform.openai.com, chat and responses objects. */
function fromOpenAi(usage: Json): Tokens | undefined {
  const prompt = count(usage, 'prompt_tokens', 'input_tokens')
  const output = count(usage, 'completion_tokens', 'output_tokens')
  if (prompt === undefined && output === undefined) return undefined
  // Realtime has the details in the singular: platform.openai.com, response.done.
  const inputDetails = usage.prompt_tokens_details ?? usage.input_tokens_details ?? usage.input_token_details
  const outputDetails =
    usage.completion_tokens_details ?? usage.output_tokens_details ?? usage.output_token_details
  // DeepSeek has a name of its own: api-docs.deepseek.com, context caching.
  const cacheRead = count(inputDetails, 'cached_tokens') ?? count(usage, 'prompt_cache_hit_tokens') ?? 0
  return {
    input: Math.max(0, (prompt ?? 0) - cacheRead),
    output: output ?? 0,
    cacheRead,
    cacheWrite: 0,
    reasoning: count(outputDetails, 'reasoning_tokens') ?? 0,
  }
}

/** Reads a usage object of any wire format; undefined when it is none. */
export function readTokens(usage: unknown): Tokens | undefined {
  if (!isObject(usage)) return undefined
  return fromGemini(usage) ?? fromAnthropic(usage) ?? fromOpenAi(usage)
}
