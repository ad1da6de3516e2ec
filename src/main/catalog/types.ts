import type { Model, Provider } from '../../preload/shapes.ts'

/** A model a server says it has, or the user typed in. */
export interface NamedModel {
  readonly id: string
  readonly name: string
}

/** A custom provider as OpenCode's config needs it. */
export interface CustomProvider {
  readonly id: string
  readonly name: string
  readonly baseUrl: string
  /** Those the user typed in, then those its server said it has. */
  readonly models: readonly NamedModel[]
}

/** A custom provider as the user saves it. */
export interface NewCustomProvider extends CustomProvider {
  /** Its server is asked which models it has; then none need be typed in. */
  readonly discover?: boolean
}

/** A custom provider whose server is asked for its models, and how the last questions went. */
export interface DiscoveringProvider {
  readonly id: string
  readonly name: string
  readonly baseUrl: string
  /** When it last answered; absent until it has. */
  readonly fetchedAt?: number
  /** Why the last question was not answered. */
  readonly problem?: string
}

/** What a question for models brought. */
export type DiscoveryOutcome = { readonly models: readonly NamedModel[] } | { readonly problem: string }

/** How a credential of a provider looks, so that a placeholder can look the same. */
export interface KeyShape {
  /** `sk-ant-api03-`, `AIza`, … or an empty string. */
  readonly prefix: string
}

/** Where and how OpenCode asks a provider. */
export interface Endpoints {
  /** Base URLs without a slash at the end, filled from the fields; those that cannot be are left out. */
  readonly addresses: readonly string[]
  /** SDK packages, such as `@ai-sdk/openai-compatible`. */
  readonly packages: readonly string[]
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
  /** A custom provider's only address is its base URL. Throws `unknown_provider`. */
  endpoints(providerId: string, fields: Readonly<Record<string, string>>): Endpoints
  keyShape(providerId: string): KeyShape
  /**
   * What keeps these fields from being an account's (one is missing, unknown or malformed), as a sentence; undefined
   * when nothing does. Throws `unknown_provider`.
   */
  fieldsProblem(providerId: string, fields: Readonly<Record<string, string>>): string | undefined
  custom(): CustomProvider[]
  /** A custom provider's; undefined for any other. */
  customBaseUrl(providerId: string): string | undefined
  /** Throws `bad_request` with what is wrong, and `conflict` for the id of a bundled provider. */
  saveCustom(provider: NewCustomProvider): Provider
  /** Throws `unknown_provider`. */
  removeCustom(id: string): void
  discovering(): DiscoveringProvider[]
  /**
   * Keeps what the server at this base URL answered. After a failure the models that are known stay. Does nothing when
   * the provider is gone by now, asks no more, or has moved. Says what a person would see change.
   */
  keepDiscovery(
    id: string,
    baseUrl: string,
    outcome: DiscoveryOutcome,
  ): { readonly models: boolean; readonly state: boolean }
}
