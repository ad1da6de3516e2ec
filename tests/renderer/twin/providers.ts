import type { Account, LocalServer, Pin } from '../../../src/preload/accounts.ts'
import type { Model, Provider } from '../../../src/preload/shapes.ts'

type Known = readonly [id: string, name: string, env: string, models: number]

const KNOWN: readonly Known[] = [
  ['anthropic', 'Anthropic', 'ANTHROPIC_API_KEY', 22],
  ['openai', 'OpenAI', 'OPENAI_API_KEY', 46],
  ['openrouter', 'OpenRouter', 'OPENROUTER_API_KEY', 312],
  ['google', 'Google', 'GOOGLE_GENERATIVE_AI_API_KEY', 31],
  ['github-copilot', 'GitHub Copilot', 'GITHUB_TOKEN', 24],
  ['groq', 'Groq', 'GROQ_API_KEY', 19],
  ['xai', 'xAI', 'XAI_API_KEY', 18],
  ['mistral', 'Mistral', 'MISTRAL_API_KEY', 27],
  ['deepseek', 'DeepSeek', 'DEEPSEEK_API_KEY', 3],
  ['azure', 'Azure', 'AZURE_API_KEY', 60],
  ['amazon-bedrock', 'Amazon Bedrock', 'AWS_BEARER_TOKEN_BEDROCK', 88],
  ['cerebras', 'Cerebras', 'CEREBRAS_API_KEY', 7],
  ['fireworks-ai', 'Fireworks AI', 'FIREWORKS_API_KEY', 17],
  ['togetherai', 'Together AI', 'TOGETHER_API_KEY', 29],
  ['huggingface', 'Hugging Face', 'HF_TOKEN', 20],
  ['perplexity', 'Perplexity', 'PERPLEXITY_API_KEY', 4],
  ['moonshotai', 'Moonshot AI', 'MOONSHOT_API_KEY', 9],
  ['nvidia', 'Nvidia', 'NVIDIA_API_KEY', 73],
  ['vercel', 'Vercel AI Gateway', 'AI_GATEWAY_API_KEY', 180],
  ['gitlab', 'GitLab Duo', 'GITLAB_TOKEN', 12],
  ['cloudflare-workers-ai', 'Cloudflare Workers AI', 'CLOUDFLARE_API_KEY', 31],
  ['zai', 'Z.AI', 'ZHIPU_API_KEY', 8],
  ['deepinfra', 'Deep Infra', 'DEEPINFRA_API_KEY', 34],
  ['302ai', '302.AI', '302AI_API_KEY', 61],
]

const FIELDS: Readonly<Record<string, Provider['fields']>> = {
  azure: [
    { name: 'AZURE_RESOURCE_NAME', label: 'Resource name', placeholder: 'my-resource', required: true },
    { name: 'AZURE_API_VERSION', label: 'API version', required: false },
  ],
  'cloudflare-workers-ai': [{ name: 'CLOUDFLARE_ACCOUNT_ID', label: 'Account id', required: true }],
}

function provider([id, name, env, modelCount]: Known, rank: number): Provider {
  const oauth = id === 'github-copilot' || id === 'gitlab' || id === 'openai'
  return {
    id,
    name,
    rank,
    env: [env],
    methods: [
      ...(id === 'github-copilot' ? [] : [{ type: 'api' as const, label: 'API key' }]),
      ...(oauth ? [{ type: 'oauth' as const, label: id === 'openai' ? 'ChatGPT in a browser' : name }] : []),
    ],
    fields: FIELDS[id] ?? [],
    modelCount,
    custom: false,
    ...(id === 'github-copilot'
      ? { unsupported: 'GitHub Copilot is signed in to with a device code. Berth takes API keys so far.' }
      : {}),
  }
}

/** As many as the real catalog has, so that lists are tried at their real length. */
export function providers(): Provider[] {
  const many = Array.from({ length: 225 - KNOWN.length }, (_, index): Known => {
    const number = String(index + 1).padStart(3, '0')
    return [`model-house-${number}`, `Model House ${number}`, `MODEL_HOUSE_${number}_KEY`, (index % 9) + 1]
  })
  return [
    ...[...KNOWN, ...many].map(provider),
    {
      ...provider(['lab', 'Lab server', '', 2], 1000),
      env: [],
      custom: true,
      baseUrl: 'http://192.168.1.20:8000/v1',
      discovery: {
        fetchedAt: Date.now() - 26 * 3_600_000,
        stale: true,
        problem: 'http://192.168.1.20:8000 did not answer 2 h ago. The models below are those of yesterday.',
      },
    },
  ]
}

const CLAUDE: readonly Model[] = [
  ['claude-opus-4-8', 'Claude Opus 4.8', 5, 25, '2026-08-11'],
  ['claude-sonnet-4-8', 'Claude Sonnet 4.8', 3, 15, '2026-09-02'],
  ['claude-haiku-4-5', 'Claude Haiku 4.5', 1, 5, '2025-10-01'],
].map(([id, name, inputPrice, outputPrice, releasedOn]) => ({
  id: String(id),
  name: String(name),
  contextTokens: 200_000,
  outputTokens: 64_000,
  inputPrice: Number(inputPrice),
  outputPrice: Number(outputPrice),
  tools: true,
  reasoning: true,
  status: 'active',
  releasedOn: String(releasedOn),
}))

export function modelsOf(providerId: string): Model[] {
  if (providerId === 'anthropic') return [...CLAUDE]
  const count = providers().find((one) => one.id === providerId)?.modelCount ?? 1
  return Array.from({ length: count }, (_, index) => ({
    id: `${providerId}-model-${index + 1}`,
    name: `${providerId} model ${index + 1}`,
    contextTokens: 128_000,
    inputPrice: index % 5 === 0 ? 0 : 0.25,
    outputPrice: index % 5 === 0 ? 0 : 1.25,
    tools: index % 7 !== 3,
    reasoning: false,
    status: index % 11 === 10 ? 'deprecated' : 'active',
    releasedOn: `2026-0${(index % 8) + 1}-15`,
  }))
}

type Make = (id: string, rest: Partial<Account> & Pick<Account, 'providerId' | 'label'>) => Account

const maker =
  (now: number): Make =>
  (id, rest) => ({
    id,
    namespace: '',
    type: 'api',
    preview: 'sk-…c3Fa',
    fields: {},
    state: 'connected',
    active: false,
    position: 0,
    createdAt: now - 40 * 86_400_000,
    ...rest,
  })

/** Accounts whose vendors are asked what is left. */
export function askedAccounts(now: number): Account[] {
  const make = maker(now)
  return [
    make('a8', {
      providerId: 'openrouter',
      label: 'second',
      position: 1,
      preview: 'sk-or-v1-…04fa',
      lastUsedAt: now - 3 * 60_000,
    }),
    make('a9', { providerId: 'deepseek', label: 'main', preview: 'sk-…77d0', active: true }),
  ]
}

export function accounts(now: number): Account[] {
  const make = maker(now)
  return [
    make('a1', {
      providerId: 'anthropic',
      namespace: 'work',
      label: 'team key',
      preview: 'sk-ant-…x7Qd',
      active: true,
      identity: { kind: 'organization', id: 'org_5f2e', name: 'Northwind' },
      lastUsedAt: now - 40_000,
      checkedAt: now - 2 * 3_600_000,
    }),
    make('a2', {
      providerId: 'anthropic',
      namespace: 'home',
      label: 'own key',
      position: 1,
      preview: 'sk-ant-…m2Lp',
      lastUsedAt: now - 3 * 3_600_000,
    }),
    make('a5', {
      providerId: 'anthropic',
      namespace: 'home',
      label: 'old key',
      position: 2,
      preview: 'sk-ant-…t0Zr',
      state: 'disabled',
      lastUsedAt: now - 70 * 86_400_000,
    }),
    make('a3', {
      providerId: 'openrouter',
      label: 'main',
      preview: 'sk-or-v1-…9e1b',
      active: true,
      state: 'error',
      lastError: 'OpenRouter refused this key (401) 12 minutes ago. Replace it, or remove the account.',
      lastUsedAt: now - 12 * 60_000,
      checkedAt: now - 12 * 60_000,
    }),
    make('a4', { providerId: 'lab', label: 'main', preview: '…0000', active: true }),
    make('a6', {
      providerId: 'azure',
      namespace: 'work',
      label: 'sweden',
      preview: '…8d21',
      active: true,
      fields: { AZURE_RESOURCE_NAME: 'northwind-se' },
    }),
    make('a7', { providerId: 'glass-house', label: 'trial', preview: 'gh-…77aa', active: true }),
  ]
}

export const pins = (): Pin[] => [
  { providerId: 'anthropic', accountId: 'a2', projectId: 'billing' },
  { providerId: 'anthropic', accountId: 'a2', modelId: 'claude-haiku-4-5' },
  { providerId: 'anthropic', accountId: 'a1', projectId: 'docs', modelId: 'claude-opus-4-8' },
]

/** Answers of what a search for servers on this machine finds. */
export const localServers = (): LocalServer[] => [
  {
    kind: 'ollama',
    name: 'Ollama',
    baseUrl: 'http://127.0.0.1:11434/v1',
    models: [
      { id: 'qwen3-coder:30b', name: 'qwen3-coder:30b' },
      { id: 'llama3.3:70b', name: 'llama3.3:70b' },
      { id: 'devstral:24b', name: 'devstral:24b' },
    ],
  },
  {
    kind: 'lm-studio',
    name: 'LM Studio',
    baseUrl: 'http://127.0.0.1:1234/v1',
    models: [{ id: 'gpt-oss-20b', name: 'gpt-oss-20b' }],
  },
]
