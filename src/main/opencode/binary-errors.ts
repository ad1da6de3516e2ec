import { BerthError, isAbort, systemCode } from '../errors.ts'

const OFFLINE = new Set([
  'ENOTFOUND',
  'EAI_AGAIN',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ETIMEDOUT',
  'EIDLETIMEOUT',
  'ECONNECTIONTIMEOUT',
  'ERESPONSETIMEOUT',
  'ETRANSFERTIMEOUT',
  'ERR_SOCKET_TIMEOUT',
  'ERR_STREAM_PREMATURE_CLOSE',
  'EPROXY',
])
const NOT_THERE = new Set(['E404', 'ETARGET', 'ENOVERSIONS'])
const REFUSED = new Set(['E401', 'E403', 'ENEEDAUTH'])
const CERTIFICATE = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'CERT_HAS_EXPIRED',
  'ERR_TLS_CERT_ALTNAME_INVALID',
])
const DAMAGED = new Set(['Z_DATA_ERROR', 'Z_BUF_ERROR'])

/** What happened, and what to do next, for a failed fetch; `what` names package and version. */
function sentence(code: string, what: string, cacheDir: string): string {
  if (OFFLINE.has(code))
    return `${what} could not be fetched: the npm registry does not answer (${code}). Check the internet connection and npm's registry and proxy settings, then try again.`
  if (NOT_THERE.has(code))
    return `The npm registry has no ${what}. Check npm's registry setting: a mirror may not carry it yet.`
  if (REFUSED.has(code))
    return `The npm registry refused to hand out ${what} (${code}). Check npm's registry setting.`
  if (CERTIFICATE.has(code))
    return `${what} could not be fetched: the npm registry's certificate is not trusted (${code}). Set npm's cafile if your network uses its own certificates, then try again.`
  if (code === 'EINTEGRITY' || DAMAGED.has(code))
    return `${what} arrived altered and was thrown away: it does not match the hash Berth expects. Try again; if it happens again, check npm's registry setting.`
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return `The disk is full: ${what} needs about 250 MB in ${cacheDir}. Free some space, then try again.`
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS')
    return `${what} cannot be kept: ${cacheDir} is not writable (${code}). Give yourself write access to it, then try again.`
  return `${what} could not be fetched (${code}). Try again; Berth's log file says more.`
}

/** Wraps whatever fetching a binary threw as `opencode_unavailable`; an abort stays an abort. */
export function unavailable(error: unknown, what: string, cacheDir: string, signal: AbortSignal): unknown {
  if (signal.aborted) return signal.reason
  if (isAbort(error) || error instanceof BerthError) return error
  const code = systemCode(error) ?? 'unknown error'
  return new BerthError('opencode_unavailable', sentence(code, what, cacheDir), { cause: error })
}
