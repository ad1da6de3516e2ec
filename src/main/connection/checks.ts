import type { ConnectionCheck, VendorIdentity } from '../../preload/accounts.ts'
import type { QuotaWindow } from '../../preload/pools.ts'
import type { Provider } from '../../preload/shapes.ts'
import type { Credential } from '../accounts/types.ts'
import type { Catalog } from '../catalog/types.ts'
import type { CallUpstream } from '../upstream-call.ts'
import { askVendor, identityOf } from './ask-vendor.ts'
import type { Finding } from './finding.ts'
import { isOpen } from './hide.ts'
import { BASES, relatedTo } from './places.ts'
import { probe, styleOf } from './probe.ts'
import { QUOTA_ENDPOINTS, windowsIn } from './quota-endpoints.ts'
import { sentenceOf } from './sentences.ts'
import { openSession, type Session } from './session.ts'
import type { ConnectionChecks } from './types.ts'
import { LOGINS, VENDORS, type Vendor } from './vendors.ts'

export interface ConnectionChecksDeps {
  readonly call: CallUpstream
  readonly catalog: Pick<
    Catalog,
    'provider' | 'providers' | 'models' | 'hosts' | 'endpoints' | 'fieldsProblem'
  >
  /** Milliseconds since the epoch; absent means the system's clock. */
  readonly now?: () => number
}

type Fields = Readonly<Record<string, string>>
interface Test {
  readonly deps: ConnectionChecksDeps
  readonly provider: Provider
  readonly credential: Credential
  readonly fields: Fields
  readonly now: () => number
}
interface Result {
  readonly finding: Finding
  readonly identity?: { readonly id: string; readonly name?: string } | undefined
  readonly quota?: readonly QuotaWindow[] | undefined
}

const secretOf = (credential: Credential): string =>
  credential.type === 'api' ? credential.key : credential.access
const secretsOf = (credential: Credential): string[] =>
  credential.type === 'api' ? [credential.key] : [credential.access, credential.refresh]

function vendorOf({ provider, credential }: Test): Vendor | undefined {
  if (provider.custom) return undefined
  const vendor = VENDORS[provider.id]
  if (credential.type === 'api') return vendor
  return LOGINS[provider.id] ?? (vendor?.logins === true ? vendor : undefined)
}

/** Hosts that get this provider's credential anyway, or the user's own server. */
function allowed({ deps, provider, fields }: Test, vendor: Vendor | undefined): (url: URL) => boolean {
  if (provider.baseUrl !== undefined) {
    const { origin } = new URL(provider.baseUrl)
    return (url) => url.origin === origin
  }
  const hosts = deps.catalog.hosts(provider.id, fields)
  return ({ protocol, hostname }) =>
    protocol === 'https:' && (hosts.includes(hostname) || hostname === vendor?.alsoAt)
}

/** A model that is asked for with a key only: what costs nothing may be open to everybody. */
function modelOf({ deps, provider }: Test): string {
  const models = deps.catalog.models(provider.id).filter(({ status }) => (status ?? 'active') === 'active')
  return (models.find(({ inputPrice }) => (inputPrice ?? 0) > 0) ?? models[0])?.id ?? 'model'
}

function askGenerally(test: Test, session: Session): Promise<Finding> | undefined {
  const { deps, provider, credential, fields } = test
  const found = styleOf(deps.catalog.endpoints(provider.id, fields), BASES[provider.id])
  if (found === undefined) return undefined
  const { custom } = provider
  return probe(session, { ...found, custom, model: modelOf(test), hasKey: secretOf(credential) !== '' })
}

/** What can be said without asking anybody. */
function known({ deps, provider, credential, fields, now }: Test): Finding | undefined {
  const problem = provider.unsupported ?? deps.catalog.fieldsProblem(provider.id, fields)
  if (problem !== undefined) return { verdict: 'unclear', words: '', problem }
  // 0 stands for a login whose end is not known.
  const ended = credential.type === 'oauth' && credential.expires > 0 && credential.expires <= now()
  return ended ? { verdict: 'expired', words: '' } : undefined
}

/** What is left, where the vendor's first question is the one that tells. */
function quotaOf({ provider, now }: Test, { ask }: Vendor, { answer }: Finding): QuotaWindow[] | undefined {
  const question = QUOTA_ENDPOINTS[provider.id]?.find(({ url }) => url === ask.url)
  if (question === undefined || answer === undefined) return undefined
  const windows = windowsIn(question, answer.text, now())
  return windows === undefined || windows.length === 0 ? undefined : windows
}

async function run(test: Test): Promise<Result> {
  const { deps, provider, credential, fields, now } = test
  const finding = known(test)
  if (finding !== undefined) return { finding }
  const vendor = vendorOf(test)
  const session = openSession({
    call: deps.call,
    now,
    secret: secretOf(credential),
    name: provider.name,
    allows: allowed(test, vendor),
  })
  if (vendor !== undefined) {
    const asked = await askVendor(session, vendor, fields)
    const { finding: found, knownBy } = asked
    if (knownBy === undefined) return { finding: found }
    return { finding: found, identity: identityOf(vendor, knownBy), quota: quotaOf(test, vendor, knownBy) }
  }
  const general = credential.type === 'api' ? askGenerally(test, session) : undefined
  return { finding: (await general) ?? { verdict: 'unclear', words: '' } }
}

/** Only what may be shown: a vendor that names a key by itself has given no name. */
function shown({ provider, credential }: Test, { identity }: Result): VendorIdentity | undefined {
  const kind = (VENDORS[provider.id] ?? LOGINS[provider.id])?.identity?.kind
  const secrets = secretsOf(credential)
  if (identity === undefined || kind === undefined || !isOpen(identity.id, secrets)) return undefined
  const { id, name } = identity
  const named = name !== undefined && isOpen(name, secrets) && !/\.{3}|…/.test(name)
  return { kind, id: id.slice(0, 200), ...(named ? { name: name.slice(0, 200) } : {}) }
}

function wordsFor(test: Test, finding: Finding): string {
  const { deps, provider, credential, fields } = test
  const names = new Map(deps.catalog.providers().map(({ id, name }) => [id, name]))
  return sentenceOf(finding, {
    name: provider.name,
    what: credential.type === 'api' ? 'key' : 'login',
    hasKey: secretOf(credential) !== '',
    custom: provider.custom,
    secrets: secretsOf(credential),
    fields: provider.fields.filter(({ name }) => (fields[name] ?? '') !== '').map(({ label }) => label),
    related: relatedTo(provider.id).flatMap((id) => names.get(id) ?? []),
  })
}

/** Tries credentials with cheap calls in their vendors' styles: at most three calls and 20 s each time. */
export function createConnectionChecks(deps: ConnectionChecksDeps): ConnectionChecks {
  const now = deps.now ?? Date.now
  return {
    async check(providerId, credential, fields): Promise<ConnectionCheck> {
      const started = now()
      const test: Test = { deps, provider: deps.catalog.provider(providerId), credential, fields, now }
      const result = await run(test)
      const identity = shown(test, result)
      return {
        verdict: result.finding.verdict,
        message: wordsFor(test, result.finding),
        durationMs: Math.max(0, now() - started),
        ...(identity === undefined ? {} : { identity }),
        ...(result.quota === undefined ? {} : { quota: [...result.quota] }),
      }
    },
  }
}
