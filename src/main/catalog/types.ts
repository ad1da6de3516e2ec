import type { Model, Provider } from '../../preload/shapes.ts'

/** A custom provider as OpenCode's config needs it. */
export interface CustomProvider {
  readonly id: string
  readonly name: string
  readonly baseUrl: string
  readonly models: readonly { readonly id: string; readonly name: string }[]
}

/** How a credential of a provider looks, so that a placeholder can look the same. */
export interface KeyShape {
  /** `sk-ant-api03-`, `AIza`, … or an empty string. */
  readonly prefix: string
}

/** Providers, their models and their hosts: the bundled snapshot plus the user's custom providers. */
export interface Catalog {
  /** Every provider, most popular first. */
  providers(): Provider[]
  /** Throws `unknown_provider`. */
  provider(id: string): Provider
  /** Throws `unknown_provider`. */
  models(providerId: string): Model[]
  /** Throws `unknown_provider` or `unknown_model`. */
  model(providerId: string, modelId: string): Model
  /**
   * The hosts (lower case, no port) that may get this provider's credential. Address templates such as
   * `${AZURE_RESOURCE_NAME}.openai.azure.com` are filled from an account's fields and left out when a field is missing,
   * so that no wildcard ever matches somebody else's resource. A custom provider's is `<id>.berth.internal`.
   */
  hosts(providerId: string, fields: Readonly<Record<string, string>>): string[]
  keyShape(providerId: string): KeyShape
  /**
   * What keeps these fields from being an account's (one is missing, unknown or malformed), as a sentence; undefined
   * when nothing does. Throws `unknown_provider`.
   */
  fieldsProblem(providerId: string, fields: Readonly<Record<string, string>>): string | undefined
  custom(): CustomProvider[]
  saveCustom(provider: CustomProvider): Provider
  removeCustom(id: string): void
}
