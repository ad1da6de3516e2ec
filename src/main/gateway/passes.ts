import type { Account } from '../../preload/accounts.ts'
import type { Choice } from '../accounts/types.ts'
import { BerthError } from '../errors.ts'
import type { Exchange, Pass, Refusal } from './exchange.ts'
import { encodedLogin, mayCarry, readHeaders } from './headers.ts'
import { gatherBody, learnModel } from './learn-model.ts'
import type { Known, Placeholders } from './placeholders.ts'
import { createReadAhead, MOST_KEPT, MOST_OF_PROJECT } from './read-ahead.ts'
import { findMarks, hasMark } from './recognise.ts'
import { decodeSafely, fillHeader, fillPath, isSendable, partOf, type SecretOf } from './substitute.ts'
import type { GatewayDeps } from './types.ts'

type Deps = Pick<GatewayDeps, 'choose' | 'credential' | 'accountHosts' | 'projectName' | 'providerName'>

/**
 * The statuses are ones OpenCode shows and does not send again: it tries again on 408, 409, 429 and from 500 up, and
 * nothing gets better here until a person acts.
 */
function statusOf(error: BerthError): number {
  return error.code === 'no_credential' ? 401 : 403
}

/** What a client is told when no account could be chosen or read. */
export function fromError(error: unknown): Refusal {
  if (!(error instanceof BerthError))
    return { status: 403, code: 'internal', message: 'Berth could not read the account for this request.' }
  return { status: statusOf(error), code: error.code, message: error.message }
}

/** Every mark in a request's path and header, once each. */
function marksOf({ path, marks }: Exchange): Iterable<string> {
  const inPath = findMarks(decodeSafely(path))
  return inPath.length + marks.length < 2 ? [...inPath, ...marks] : new Set([...inPath, ...marks])
}

function misplaced(exchange: Exchange, known: Known, deps: Deps): Refusal {
  const providerName = deps.providerName(known.providerId)
  const { host, kind, providers } = exchange.target
  const message =
    kind === 'plain' && providers.includes(known.providerId)
      ? `Berth puts no key on an unencrypted request to ${host}. Use https for ${providerName}.`
      : `${deps.projectName(exchange.projectId)} tried to send its ${providerName} login to ${host}, which is not one of ${providerName}'s hosts. Nothing was sent.`
  return { status: 403, code: 'placeholder_refused', message, notify: true }
}

/** A connection that was opened while the host was a provider's, by an account that is gone: then that is what is wrong. */
function accountGone(exchange: Exchange, known: Known, deps: Deps): Refusal | undefined {
  const { kind, providers } = exchange.target
  if (kind !== 'provider' || providers.length > 0) return undefined
  try {
    deps.choose(exchange.projectId, known.providerId, exchange.models)
    return undefined
  } catch (error) {
    return fromError(error)
  }
}

/** A vendor repeats some fields in its answer (origins, request ids), so a credential goes where it belongs only. */
function outOfPlace(exchange: Exchange, deps: Deps): Refusal | undefined {
  const name = exchange.carriers
    .map((index) => exchange.headers[index - 1] ?? '')
    .find((one) => !mayCarry(one))
  if (name === undefined) return undefined
  return {
    status: 403,
    code: 'placeholder_refused',
    message: `${deps.projectName(exchange.projectId)} tried to send a login to ${exchange.target.host} in the header field ${name.toLowerCase().slice(0, 60)}, where none belongs. Nothing was sent.`,
    notify: true,
  }
}

/** Pass: which placeholders the request carries, and whether they belong to this project and this host. */
function findPlaceholders(placeholders: Placeholders, deps: Deps): Pass {
  return (exchange) => {
    for (const mark of marksOf(exchange)) {
      const known = placeholders.known(exchange.projectId, mark)
      if (!known)
        return {
          status: 403,
          code: 'placeholder_refused',
          message: `${deps.projectName(exchange.projectId)} tried to use a login that is not its own at ${exchange.target.host}. Nothing was sent.`,
          notify: true,
        }
      const { kind, providers } = exchange.target
      const sameProvider = exchange.found.every((other) => other.providerId === known.providerId)
      if (kind === 'plain' || !providers.includes(known.providerId) || !sameProvider)
        return accountGone(exchange, known, deps) ?? misplaced(exchange, known, deps)
      exchange.found.push(known)
    }
    return outOfPlace(exchange, deps)
  }
}

/** Takes placeholders away, with the fields they came in, where a custom provider needs no key. */
function stripPlaceholders(exchange: Exchange): void {
  const dropped = new Set(exchange.carriers.flatMap((index) => [index - 1, index]))
  exchange.headers = exchange.headers.filter((_, i) => !dropped.has(i))
  exchange.carriers = []
  exchange.path = fillPath(exchange.path, exchange.found, () => '') ?? exchange.target.path
  exchange.found = []
}

/**
 * The accounts that may serve a request; nothing when it goes on without one: it carries no placeholder, or its custom
 * provider wants none.
 */
export function chooseAccounts(exchange: Exchange, deps: Deps): Choice | Refusal | undefined {
  const providerId = exchange.found[0]?.providerId
  if (providerId === undefined) {
    exchange.record.decided({ reason: 'It carries no placeholder, so it was passed on as it is.' })
    return undefined
  }
  const [modelId] = exchange.models
  exchange.record.noted({ providerId, ...(modelId === undefined ? {} : { modelId }) })
  try {
    return deps.choose(exchange.projectId, providerId, exchange.models)
  } catch (error) {
    const none = error instanceof BerthError && error.code === 'no_credential'
    if (!none || exchange.target.kind !== 'custom') return fromError(error)
    stripPlaceholders(exchange)
    exchange.record.decided({ reason: 'The provider has no account, so it was sent without a key.' })
    return undefined
  }
}

/** Some accounts are for hosts of their own, by their fields. */
function notItsHost({ target }: Exchange, account: Account, deps: Deps): Refusal | undefined {
  if (deps.accountHosts(account).includes(target.host)) return undefined
  return {
    status: 403,
    code: 'placeholder_refused',
    message: `The account ${account.label} of ${deps.providerName(account.providerId)} is not for ${target.host}. Choose another account, or correct its fields in Providers and restart the project.`,
    notify: true,
  }
}

const NOT_WHOLE: Refusal = {
  status: 403,
  code: 'placeholder_refused',
  message:
    'The login in this request is not the one Berth gave out. Restart the project so that OpenCode gets it anew.',
  notify: true,
}

/** Reads what takes each placeholder's place, or says why that cannot be. */
function readSecrets(deps: Deps, account: Account, found: readonly Known[]): Map<Known, string> | Refusal {
  const secrets = new Map<Known, string>()
  const name = () => deps.providerName(account.providerId)
  const credential = deps.credential(account.id)
  for (const known of found) {
    const secret = partOf(known, credential)
    if (secret === undefined)
      return {
        status: 403,
        code: 'no_credential',
        message: `The account ${account.label} of ${name()} is another kind of login than OpenCode was started with. Restart the project.`,
      }
    if (!isSendable(secret))
      return {
        status: 403,
        code: 'no_credential',
        message: `The key of ${account.label} (${name()}) holds characters that cannot be sent. Replace it in Providers.`,
      }
    secrets.set(known, secret)
  }
  return secrets
}

/**
 * Puts an account's secret in the placeholders' place in header, path and query: those the client sent, whatever another
 * account's try made of them.
 */
export function fillIn(exchange: Exchange, account: Account, deps: Deps): Refusal | undefined {
  exchange.asked ??= { headers: exchange.headers, path: exchange.path }
  exchange.headers = [...exchange.asked.headers]
  exchange.path = exchange.asked.path
  exchange.account = account
  const { found } = exchange
  try {
    const refusal = notItsHost(exchange, account, deps)
    if (refusal !== undefined) return refusal
    const secrets = readSecrets(deps, account, found)
    if (!(secrets instanceof Map)) return secrets
    // Those of accounts tried before stay hidden: their vendor may repeat them late.
    for (const [{ field }, secret] of secrets)
      if (field !== 'accountId' && !exchange.hidden.includes(secret)) exchange.hidden.push(secret)
    askUnpacked(exchange)
    return putIn(exchange, (known) => secrets.get(known) ?? '')
  } catch (error) {
    return fromError(error)
  }
}

/** A compressed answer could not be searched for what it must not tell. */
function askUnpacked({ headers, encodings }: Exchange): void {
  for (const index of encodings) headers[index] = 'identity'
  if (encodings.length === 0) headers.push('accept-encoding', 'identity')
}

function putIn(exchange: Exchange, secretOf: SecretOf): Refusal | undefined {
  const { found, headers, carriers } = exchange
  for (const index of carriers) {
    const filled = fillHeader(headers[index] ?? '', found, secretOf)
    if (filled === undefined) return NOT_WHOLE
    headers[index] = filled
    const login = encodedLogin(filled)
    if (login !== undefined && !exchange.hidden.includes(login)) exchange.hidden.push(login)
  }
  if (!hasMark(decodeSafely(exchange.path))) return undefined
  const path = fillPath(exchange.path, found, secretOf)
  if (path === undefined) return NOT_WHOLE
  exchange.path = path
  return undefined
}

/** Pass: the body of a request that no account can serve is not asked for, where its client waits for that. */
function askFirst(deps: Deps): Pass {
  return ({ req, target, projectId, found }) => {
    const [known] = found
    if (req.headers.expect === undefined || known === undefined || target.kind === 'custom') return undefined
    try {
      deps.choose(projectId, known.providerId, [])
      return undefined
    } catch (error) {
      return fromError(error)
    }
  }
}

/** What every request goes through, in order, before an account is chosen for it. */
export function createPasses(
  placeholders: Placeholders,
  deps: Deps,
  keepBytes: () => number,
  /** What else is looked at before anything is sent to a host that is no provider's. */
  foreign: readonly Pass[],
): readonly Pass[] {
  const ahead = createReadAhead({ one: keepBytes, project: MOST_OF_PROJECT, all: MOST_KEPT })
  return [
    readHeaders,
    findPlaceholders(placeholders, deps),
    ...foreign,
    askFirst(deps),
    gatherBody(ahead),
    learnModel(),
  ]
}
