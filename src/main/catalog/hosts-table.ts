// biome-ignore-all lint/suspicious/noTemplateCurlyInString: OpenCode's own way to write an address with a variable
/**
 * Hosts OpenCode talks to that its catalog does not name, because an SDK or a sign-in plugin has the address built in.
 * By provider and not by SDK package, for two providers may share a package and not a host. `${…}` is a field of the
 * account. Each was seen on the wire, with OpenCode 1.18.33 sending a made-up key through an intercepting proxy.
 */
export const SDK_HOSTS: Readonly<Record<string, readonly string[]>> = {
  'amazon-bedrock': ['bedrock-runtime.${AWS_REGION}.amazonaws.com'],
  anthropic: ['api.anthropic.com'],
  azure: ['${AZURE_RESOURCE_NAME}.openai.azure.com'],
  'azure-cognitive-services': ['${AZURE_COGNITIVE_SERVICES_RESOURCE_NAME}.cognitiveservices.azure.com'],
  cerebras: ['api.cerebras.ai'],
  // Models of vendors other than OpenAI, Anthropic and Cloudflare are asked for at Cloudflare's API, with the same key.
  'cloudflare-ai-gateway': ['api.cloudflare.com', 'gateway.ai.cloudflare.com'],
  cohere: ['api.cohere.com'],
  deepinfra: ['api.deepinfra.com'],
  google: ['generativelanguage.googleapis.com'],
  // With a key alone ("express mode"); a project would make OpenCode look for Google's own credentials instead.
  'google-vertex': ['aiplatform.googleapis.com'],
  gitlab: ['gitlab.com', '${GITLAB_INSTANCE_URL}'],
  groq: ['api.groq.com'],
  mistral: ['api.mistral.ai'],
  openai: ['api.openai.com'],
  perplexity: ['api.perplexity.ai'],
  togetherai: ['api.together.xyz'],
  v0: ['api.v0.dev'],
  venice: ['api.venice.ai'],
  vercel: ['ai-gateway.vercel.sh'],
  xai: ['api.x.ai'],
}

/** Where requests go with an OAuth login, when it is not where they go with a key. */
export const LOGIN_HOSTS: Readonly<Record<string, readonly string[]>> = {
  openai: ['chatgpt.com'],
  'github-copilot': ['api.githubcopilot.com'],
  xai: ['api.x.ai'],
}
