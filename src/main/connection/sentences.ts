import type { Finding } from './finding.ts'
import { isOpen, vendorWords } from './hide.ts'

/** What a sentence about a test has to know. */
export interface About {
  /** The provider's name. */
  readonly name: string
  readonly what: 'key' | 'login'
  /** False for a server of the user's own that is asked without a key. */
  readonly hasKey: boolean
  /** The user's own server. */
  readonly custom: boolean
  readonly secrets: readonly string[]
  /** Labels of the fields the account has beside its key. */
  readonly fields: readonly string[]
  /** Names of providers of the same vendor whose keys are refused here. */
  readonly related: readonly string[]
}

function list(names: readonly string[]): string {
  return names.length < 2 ? (names[0] ?? '') : `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`
}

/** ` (401: Incorrect API key provided)` */
function said({ answer, words }: Finding, { secrets }: About): string {
  if (answer === undefined) return ''
  const own = vendorWords(words, secrets)
  return own === '' ? ` (${answer.status})` : ` (${answer.status}: ${own})`
}

const anew = ({ what }: About): string =>
  what === 'login' ? 'Sign in again.' : 'Make a new one at the vendor and replace this one.'

function elsewhere({ related, fields }: About): string {
  const field = fields.length === 0 ? '' : ` Check the ${list(fields)} as well.`
  if (related.length === 0) return field
  return `${field} Keys of ${list(related)} are refused here: if yours is one, connect that provider instead.`
}

function refused(finding: Finding, about: About): string {
  const { name, what, hasKey } = about
  if (!hasKey) return `${name} asks for a key${said(finding, about)}. Give it one.`
  const next =
    what === 'login' ? 'Sign in again.' : 'Copy the whole key from the vendor again, or make a new one there.'
  return `${name} refused this ${what}${said(finding, about)}. ${next}${elsewhere(about)}`
}

function region(finding: Finding, about: About): string {
  const { name, fields, related } = about
  const quote = said(finding, about)
  if (fields.length > 0) {
    const what = finding.problem ?? `${name} has nothing for this account at its address${quote}.`
    return `${what} Check the ${list(fields)}.`
  }
  const next =
    related.length > 0
      ? `If the key is of ${list(related)}, connect that provider instead.`
      : 'Check which countries and regions the vendor serves with this key.'
  return `${name} does not serve this ${about.what} here${quote}. ${next}`
}

function good({ hint }: Finding, { name, what, hasKey }: About): string {
  if (!hasKey) return `${name} answers without a key.`
  if (hint === 'keyless') return `${name} answers whatever the key is.`
  if (hint === 'unproven') return `${name} takes this key, as far as can be told without a paid request.`
  return `${name} accepts this ${what}.`
}

/** Where a server sends its callers: the origin only, for a path may hold anything, and not one with the secret in it. */
function newPlace({ answer }: Finding, { secrets }: About): string {
  const to = answer?.headers.location ?? ''
  const origin = URL.canParse(to) ? new URL(to).origin : ''
  return origin !== '' && isOpen(origin, secrets) ? origin : 'another address'
}

function unclear(finding: Finding, about: About): string {
  const { name, what, custom } = about
  const { hint, answer, problem } = finding
  const mend = custom ? ' Check the base URL: it often ends in /v1.' : ' Try again later.'
  if (hint === 'moved')
    return `${name} sends requests on to ${newPlace(finding, about)}, which Berth does not follow.${mend}`
  if (hint === 'web_page')
    return `${name} answered with a web page (${answer?.status}), not as a model server.${mend}`
  if (hint === 'unproven')
    return `${name} answers a made-up key the same, so nothing can be said of this ${what} without a paid request.`
  if (problem !== undefined) return problem
  if (answer === undefined) return `This ${what} of ${name} cannot be tested without a paid request.`
  const trouble = answer.status >= 500
  const first = trouble
    ? `${name} had trouble answering${said(finding, about)}, which says nothing about the ${what}.`
    : `${name} answered in a way that does not tell whether the ${what} is good${said(finding, about)}.`
  return `${first}${trouble ? ' Try again later.' : mend}`
}

/** What a vendor's good answer said on top, and what to do about it. */
function flagged(says: string, finding: Finding, about: About): string {
  const next = finding.verdict === 'no_credit' ? 'Top it up there, or use another account.' : anew(about)
  return `${about.name} says that ${says}. ${next}`
}

/** The answer in words: what the vendor said, and what to do. */
export function sentenceOf(finding: Finding, about: About): string {
  const { name, what } = about
  const quote = said(finding, about)
  if (finding.says !== undefined) return flagged(finding.says, finding, about)
  switch (finding.verdict) {
    case 'good':
      return good(finding, about)
    case 'wrong_key':
      return refused(finding, about)
    case 'expired':
      return `This ${what} of ${name} has expired${quote}. ${anew(about)}`
    case 'revoked':
      return `This ${what} of ${name} was revoked or switched off${quote}. ${anew(about)}`
    case 'no_credit':
      return `${name} knows this ${what}, but its account has no credit left${quote}. Top it up at the vendor, or use another account.`
    case 'wrong_region':
      return region(finding, about)
    case 'forbidden':
      return `${name} does not let this ${what} do that${quote}. Check its permissions, plan and allowed addresses at the vendor.`
    case 'rate_limited':
      return `${name} knows this ${what}, which is at its request limit just now${quote}. It works again when the limit resets.`
    case 'unreachable':
      return finding.problem ?? `${name} did not answer. Try again later.`
    case 'unclear':
      return unclear(finding, about)
  }
}
