import { trimEnd } from '../catalog/trim-end.ts'
import { type Finding, findingOf, isUnknownName } from './finding.ts'
import { at, parseJson, textAt } from './json.ts'
import type { Session } from './session.ts'
import type { Flag, Question, Vendor } from './vendors.ts'

type Fields = Readonly<Record<string, string>>

const FIELD = /\$\{([A-Z0-9_]+)(?::-([^}]*))?\}/g

/** An address with the fields in their places; undefined when one is missing. The catalog has checked their form. */
export function fillUrl(template: string, fields: Fields): string | undefined {
  let whole = true
  const url = template.replace(FIELD, (_, name: string, otherwise: string | undefined) => {
    const value = fields[name]
    if (value !== undefined && value !== '') return trimEnd(value, '/')
    if (otherwise === undefined) whole = false
    return otherwise ?? ''
  })
  return whole ? url : undefined
}

function raised(flag: Flag, json: unknown): boolean {
  const value = at(json, flag.path)
  if (flag.is !== undefined) return value === flag.is
  const amount = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  return flag.atMost !== undefined && typeof amount === 'number' && amount <= flag.atMost
}

/** A good answer that says something else on top. */
function withFlags(finding: Finding, flags: readonly Flag[]): Finding {
  if (finding.verdict !== 'good' || finding.answer === undefined) return finding
  const json = parseJson(finding.answer.text)
  const flag = flags.find((one) => raised(one, json))
  return flag === undefined ? finding : { ...finding, verdict: flag.verdict, says: flag.says }
}

/** A token that the vendor itself knows and its model service refuses is no wrong one. */
function afterGood(finding: Finding): Finding {
  return finding.verdict === 'wrong_key' ? { ...finding, verdict: 'forbidden' } : finding
}

async function askOne(session: Session, question: Question, fields: Fields): Promise<Finding> {
  const url = fillUrl(question.url, fields)
  if (url === undefined) return { verdict: 'unclear', words: '', hint: 'field' }
  const outcome = await session.ask({ ...question, url })
  const finding = findingOf(outcome, question.accepted)
  const named = question.url.includes('${')
  const nothingThere = finding.verdict === 'unclear' && finding.answer?.status === 404
  if (named && (nothingThere || isUnknownName(outcome)))
    return { ...finding, verdict: 'wrong_region', hint: 'field' }
  return finding
}

/** What a vendor says to its questions; `identity` is read from the first good answer. */
export async function askVendor(
  session: Session,
  vendor: Vendor,
  fields: Fields,
): Promise<{ finding: Finding; knownBy: Finding | undefined }> {
  let question: Question | undefined = vendor.ask
  let finding: Finding | undefined
  let knownBy: Finding | undefined
  while (question !== undefined) {
    const before: Finding | undefined = finding
    const raw: Finding = await askOne(session, question, fields)
    finding = withFlags(before?.verdict === 'good' ? afterGood(raw) : raw, vendor.flags ?? [])
    if (raw.verdict === 'good') knownBy ??= raw
    const { next }: Question = question
    question = next?.after.includes(finding.verdict) === true ? next.ask : undefined
  }
  return { finding: finding ?? { verdict: 'unclear', words: '' }, knownBy }
}

/** Whose the credential is, where the vendor tells. */
export function identityOf(vendor: Vendor, { answer }: Finding): { id: string; name?: string } | undefined {
  const { identity } = vendor
  if (identity === undefined || answer === undefined) return undefined
  const json = parseJson(answer.text)
  const read = (place: string | undefined): string | undefined => {
    if (place === undefined) return undefined
    return place.startsWith('header:') ? answer.headers[place.slice(7)] : textAt(json, [place])
  }
  const id = read(identity.id)
  const name = read(identity.name)
  if (id === undefined || id === '') return undefined
  return { id, ...(name === undefined ? {} : { name }) }
}
