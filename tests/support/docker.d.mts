import type { Readable } from 'node:stream'

export const BASE_IMAGE: string
export function engineSocket(): string
export function engineRequest(
  method: string,
  path: string,
  body?: Readable,
  kind?: 'x-tar' | 'json',
): Promise<{ status: number; text: string }>
export function ensureEngine(): Promise<() => Promise<void>>
export function ensureBaseImage(options?: { cacheDir?: string }): Promise<string>
