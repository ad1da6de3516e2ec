import { createStore, type StoreApi } from 'zustand/vanilla'
import type { BerthBridge, Envelope, Failure } from '../../../../preload/contract.ts'
import type { DoctorCheck, UserSettings } from '../../../../preload/system.ts'

export interface SettingsState {
  /** Absent until the first answer. */
  readonly settings?: UserSettings
  readonly error?: Failure | undefined
  /** The last check-up; absent until one was made. */
  readonly checks?: readonly DoctorCheck[]
  readonly checking: boolean
  readonly checkError?: Failure | undefined
  load(): Promise<void>
  update(change: Partial<UserSettings>): Promise<Envelope<UserSettings>>
  put(settings: UserSettings): void
  checkUp(): Promise<void>
}

/** The user's settings as the main side keeps them, and its check-up of what Berth needs. */
export function createSettingsStore(bridge: BerthBridge): StoreApi<SettingsState> {
  return createStore<SettingsState>((set, get) => {
    const shown = (answer: Envelope<UserSettings>) => {
      if (answer.ok) set({ settings: answer.value, error: undefined })
      return answer
    }
    return {
      checking: false,
      load: async () => {
        const answer = shown(await bridge.invoke('settings.get', {}))
        if (!answer.ok) set({ error: answer.error })
      },
      update: async (change) => shown(await bridge.invoke('settings.update', change)),
      put: (settings) => set({ settings }),
      checkUp: async () => {
        if (get().checking) return
        set({ checking: true, checkError: undefined })
        const answer = await bridge.invoke('app.doctor', {})
        set({ checking: false, ...(answer.ok ? { checks: answer.value } : { checkError: answer.error }) })
      },
    }
  })
}
