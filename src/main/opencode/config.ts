import type { CustomProvider } from '../catalog/types.ts'

export interface OpenCodeConfigOptions {
  readonly providerId: string
  readonly modelId: string
  /** Every custom provider: a project may be switched to another one while it runs. */
  readonly custom: readonly CustomProvider[]
}

/**
 * A custom provider goes to a virtual host, which the gateway maps to its base URL; `/v1` stands for that URL's path.
 * OpenCode carries `@ai-sdk/openai-compatible` in its executable (seen working without internet in 1.18.33).
 */
function customEntry(provider: CustomProvider) {
  return {
    npm: '@ai-sdk/openai-compatible',
    name: provider.name,
    options: { baseURL: `http://${provider.id}.berth.internal/v1` },
    models: Object.fromEntries(provider.models.map((model) => [model.id, { name: model.name }])),
  }
}

/**
 * OpenCode's config file for a project, as JSON text. `small_model` is left out on purpose: OpenCode then takes a small
 * model of the provider a prompt names, or the prompt's own model (read in 1.18.33), while a fixed one would go on using the old
 * provider after the project moved to another. `question` is denied because a question asked that way waits for an
 * answer Berth has no place for; the model then asks in its text.
 */
export function openCodeConfig(options: OpenCodeConfigOptions): string {
  const custom = options.custom.map((provider) => [provider.id, customEntry(provider)] as const)
  return JSON.stringify(
    {
      $schema: 'https://opencode.ai/config.json',
      model: `${options.providerId}/${options.modelId}`,
      autoupdate: false,
      share: 'disabled',
      permission: { edit: 'ask', bash: 'ask', webfetch: 'ask', question: 'deny' },
      provider: Object.fromEntries(custom),
    },
    null,
    2,
  )
}
