import type { AccountField } from '../../preload/shapes.ts'

/** What an account says beside its key: which resource, region or gateway is meant. Named as OpenCode reads them. */

interface FieldKind {
  readonly pattern: RegExp
  /** Completes "… is not". */
  readonly expected: string
}

const LABEL: FieldKind = {
  pattern: /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/i,
  expected: 'letters, digits and dashes',
}
const PATH_PART: FieldKind = { pattern: /^[a-z0-9_-]{1,128}$/i, expected: 'letters, digits, dashes and _' }
const DOTTED: FieldKind = {
  pattern: /^[a-z0-9](?:[a-z0-9._-]{0,200}[a-z0-9])?$/i,
  expected: 'letters, digits, dots and dashes',
}
const HOST: FieldKind = {
  pattern: /^(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]$/i,
  expected: 'a host name such as example.com, without https://',
}
const ADDRESS: FieldKind = {
  pattern:
    /^https:\/\/(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9](?::\d{1,5})?(?:\/[a-z0-9._~/-]*)?$/i,
  expected: 'an address such as https://example.com',
}

interface Field {
  readonly label: string
  readonly placeholder: string
  readonly kind: FieldKind
  readonly optional?: true
}

const FIELDS: Readonly<Record<string, Field>> = {
  AWS_REGION: { label: 'Region', placeholder: 'us-east-1', kind: LABEL },
  AZURE_COGNITIVE_SERVICES_RESOURCE_NAME: { label: 'Resource name', placeholder: 'my-models', kind: LABEL },
  AZURE_RESOURCE_NAME: { label: 'Resource name', placeholder: 'my-models', kind: LABEL },
  CLOUDFLARE_ACCOUNT_ID: {
    label: 'Account ID',
    placeholder: '1234567890abcdef1234567890abcdef',
    kind: PATH_PART,
  },
  CLOUDFLARE_GATEWAY_ID: { label: 'Gateway ID', placeholder: 'my-gateway', kind: PATH_PART },
  DATABRICKS_HOST: {
    label: 'Workspace host',
    placeholder: 'adb-1234567890123456.7.azuredatabricks.net',
    kind: HOST,
  },
  GITLAB_INSTANCE_URL: {
    label: 'GitLab address',
    placeholder: 'https://gitlab.com',
    kind: ADDRESS,
    optional: true,
  },
  INFOMANIAK_PRODUCT_ID: { label: 'Product ID', placeholder: '12345', kind: PATH_PART },
  NEON_AI_GATEWAY_BASE_URL: {
    label: 'Gateway address',
    placeholder: 'https://my-gateway.example.com',
    kind: ADDRESS,
  },
  SNOWFLAKE_ACCOUNT: { label: 'Account identifier', placeholder: 'myorg-myaccount', kind: DOTTED },
}

/** Variables OpenCode reads that are neither a key to paste nor one of the fields above: files, other credentials. */
const NEITHER = new Set([
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'GOOGLE_APPLICATION_CREDENTIALS',
  'GOOGLE_VERTEX_LOCATION',
  'GOOGLE_VERTEX_PROJECT',
  'PRIVATEMODE_ENDPOINT',
  'WATSONX_AI_PROJECT_ID',
])

/** The names in `${NAME}` templates. */
export function variablesOf(template: string): string[] {
  return [...template.matchAll(/\$\{([A-Z0-9_]+)\}/g)].map((match) => match[1] ?? '')
}

/** The fields among these environment variables and address templates, in the order they are asked for. */
export function fieldsOf(env: readonly string[], templates: readonly string[]): AccountField[] {
  const names = new Set([...env, ...templates.flatMap(variablesOf)])
  return [...names].flatMap((name) => {
    const field = FIELDS[name]
    if (field === undefined) return []
    return [{ name, label: field.label, placeholder: field.placeholder, required: field.optional !== true }]
  })
}

/** Those of a provider's environment variables that hold its key. */
export function keyVariables(env: readonly string[]): string[] {
  return env.filter((name) => FIELDS[name] === undefined && !NEITHER.has(name))
}

/** What is wrong with a field's value, as a sentence; undefined when nothing is. */
export function fieldProblem(name: string, value: string): string | undefined {
  const field = FIELDS[name]
  if (field === undefined) return `There is no field ${JSON.stringify(name)} to fill in.`
  if (field.kind.pattern.test(value)) return undefined
  return `${field.label} is not ${field.kind.expected}. An example: ${field.placeholder}.`
}
