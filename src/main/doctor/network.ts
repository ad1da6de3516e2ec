import type { EngineStatus, GatewayStatus } from '../../preload/shapes.ts'
import { assertNever } from '../errors.ts'
import type { Finding } from './doctor.ts'

const INSTALL_DOCKER = 'Install or start Docker: https://docs.docker.com/engine/install/'

const heldWords = (confines: boolean): string =>
  confines
    ? 'A project kept to the list or its providers is held there, whatever program it runs.'
    : 'A project kept to the list or its providers is held there only as far as its programs use the proxy Berth sets.'

export function checkEngine(status: EngineStatus): Finding {
  switch (status.state) {
    case 'ready':
      return {
        state: 'ok',
        detail: `${status.name} ${status.version} answers at ${status.address}. ${heldWords(status.confines)}`,
      }
    case 'starting':
      return {
        state: 'failed',
        detail: `It is starting at ${status.address}: ${status.reason}`,
        mend: 'Wait a moment and look again.',
      }
    case 'checking':
      return { state: 'unknown', detail: 'It is being looked for.', mend: 'Look again in a moment.' }
    case 'unavailable':
      return {
        state: 'failed',
        detail: status.reason,
        // A refusal says itself what to do.
        ...(status.code === 'engine_denied' ? {} : { mend: INSTALL_DOCKER }),
      }
    default:
      return assertNever(status)
  }
}

export function checkGateway(status: GatewayStatus): Finding {
  switch (status.state) {
    case 'ready':
      return { state: 'ok', detail: `It listens on ${status.addresses.join(' and ')}.` }
    case 'starting':
      return {
        state: 'unknown',
        detail: 'It does not listen yet: it waits for the vault, where its own key is.',
        mend: 'Open the vault first.',
      }
    case 'stopped':
      return { state: 'failed', detail: status.reason, mend: 'Restart Berth.' }
    default:
      return assertNever(status)
  }
}
