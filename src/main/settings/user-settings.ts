import type { UserSettings } from '../../preload/system.ts'
import type { Settings } from './settings.ts'

/** The settings a person changes in the app, out of all of them. A part of a minute, which a file may have, is a whole one. */
export function userSettingsOf(settings: Settings): UserSettings {
  const { vaultLockMinutes, vaultLockOnSleep, muteSwitches, newProjectEgress } = settings
  return {
    vaultLockMinutes: Math.ceil(vaultLockMinutes),
    ...{ vaultLockOnSleep, muteSwitches, newProjectEgress },
  }
}

/** A change without the settings that are not given. */
export function changeOf(change: { readonly [Name in keyof UserSettings]?: UserSettings[Name] | undefined }) {
  const { vaultLockMinutes, vaultLockOnSleep, muteSwitches, newProjectEgress } = change
  return {
    ...(vaultLockMinutes === undefined ? {} : { vaultLockMinutes }),
    ...(vaultLockOnSleep === undefined ? {} : { vaultLockOnSleep }),
    ...(muteSwitches === undefined ? {} : { muteSwitches }),
    ...(newProjectEgress === undefined ? {} : { newProjectEgress }),
  }
}
