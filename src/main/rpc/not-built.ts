import { BerthError } from '../errors.ts'

export function notBuilt(): never {
  throw new BerthError('internal', 'This is not built yet.')
}
