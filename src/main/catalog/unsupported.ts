import { isLoopback } from './hosts.ts'
import type { SnapshotProvider } from './snapshot.ts'

const asCustom = (name: string): string =>
  `OpenCode 1.18 needs a package of its own for ${name} and cannot load it. Where ${name} has an OpenAI-compatible address, add that as a custom provider.`

/** Providers that OpenCode 1.18.33 sent nothing for when it was given a key, and what to do instead. */
const REASONS: Readonly<Record<string, (name: string) => string>> = {
  aihubmix: asCustom,
  'google-vertex-anthropic': (name) =>
    `${name} works with Google Cloud's own credentials only, not with a key. Connect Anthropic, or Google with an API key, instead.`,
  'merge-gateway': asCustom,
  modal: (name) =>
    `OpenCode 1.18 does not get through to ${name} with a token alone. Add the endpoint you deployed there as a custom provider.`,
  qvac: asCustom,
  'salad-cloud': asCustom,
  'sap-ai-core': (name) =>
    `${name} works with a service key (a JSON document), not with an API key. If you have an OpenAI-compatible address for it, add that as a custom provider.`,
  watsonx: asCustom,
}

/** Why a provider cannot be connected with a key here, and what to do instead; undefined when it can. */
export function unsupportedReason(id: string, { name, addresses }: SnapshotProvider): string | undefined {
  const local = addresses.find(isLoopback)
  if (local !== undefined) {
    return `${name} runs on this machine: start it and add it as a custom provider with its address, ${local}.`
  }
  return REASONS[id]?.(name)
}
