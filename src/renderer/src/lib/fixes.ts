/** What a person can do about an error, by its code. The sentence itself comes with the error. */

export type Fix =
  | 'retry'
  | 'image'
  | 'process'
  | 'providers'
  | 'model'
  | 'folder'
  | 'recheck'
  | 'start'
  | 'budget'
  | 'pools'

const BY_CODE: Readonly<Record<string, readonly Fix[]>> = {
  engine_unavailable: ['retry', 'process'],
  engine_denied: ['retry', 'process'],
  engine_error: ['retry', 'process'],
  image_not_found: ['image', 'retry'],
  image_unsuitable: ['image', 'retry'],
  no_credential: ['providers', 'retry'],
  credential_rejected: ['providers', 'retry'],
  placeholder_refused: ['providers'],
  accounts_limited: ['pools', 'retry'],
  budget_reached: ['budget', 'retry'],
  unknown_provider: ['model'],
  unknown_model: ['model', 'retry'],
  provider_unreachable: ['retry', 'providers'],
  provider_error: ['retry', 'model'],
  folder_missing: ['retry'],
  folder_not_writable: ['retry'],
  project_stopped: ['start'],
}

/** At most two, the likeliest first. */
export function fixesFor(code: string): readonly Fix[] {
  return BY_CODE[code] ?? ['retry']
}

export const fixLabels: Readonly<Record<Fix, string>> = {
  retry: 'Try again',
  image: 'Choose another image',
  process: 'Run without a container',
  providers: 'Open Providers',
  model: 'Choose another model',
  folder: 'Choose another folder',
  recheck: 'Check again',
  start: 'Start',
  budget: 'Raise the budget',
  pools: 'Open Providers',
}
