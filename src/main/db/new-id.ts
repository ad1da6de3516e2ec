import { randomBytes } from 'node:crypto'

/** 16 characters of a-z and 0-9. */
export function newId(): string {
  return BigInt(`0x${randomBytes(10).toString('hex')}`)
    .toString(36)
    .padStart(16, '0')
    .slice(-16)
}
