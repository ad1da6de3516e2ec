import type { BerthBridge } from '../../../preload/contract.ts'

declare global {
  interface Window {
    /** Set by the preload script in the desktop window; made by the browser bridge elsewhere. */
    berth?: BerthBridge
  }
}
