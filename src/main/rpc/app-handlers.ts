import { BerthError } from '../errors.ts'
import { checkFolder, listFolders } from '../projects/folders.ts'
import { changeOf, userSettingsOf } from '../settings/user-settings.ts'
import type { Handlers } from './dispatch.ts'
import type { Services } from './services.ts'

/** Opens one of the system's dialogs, where there is a desktop. */
function pick(open: (() => Promise<string | null>) | undefined): Promise<string | null> {
  if (open !== undefined) return open()
  throw new BerthError('bad_request', 'There is no system dialog in the browser. Type the path instead.')
}

/** Berth itself, the engine and this machine's folders. */
export function appHandlers(services: Services) {
  const { engine, settings, pickFolder, pickFile, openPlace } = services
  return {
    'app.info': () => services.info,
    'app.status': services.status,
    'app.recheck': services.bringUp,
    'app.doctor': () => services.doctor.examine(),
    'app.open': ({ to }) => {
      if (openPlace === undefined) {
        throw new BerthError('bad_request', 'This Berth has no window. Start Berth itself to see it.')
      }
      return openPlace(to)
    },
    'settings.get': () => userSettingsOf(settings.get()),
    'settings.update': async (change) => {
      const changed = userSettingsOf(await settings.update(changeOf(change)))
      services.settingsChanged(changed)
      return changed
    },
    'files.pick': () => pick(pickFile),
    'engine.images': () => engine.images(),
    'folders.pick': () => pick(pickFolder),
    'folders.list': ({ path }) => listFolders(path),
    'folders.check': ({ path }) => checkFolder(path, services.folderRuntime()),
  } satisfies Partial<Handlers>
}
