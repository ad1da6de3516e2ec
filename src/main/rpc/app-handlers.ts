import { BerthError } from '../errors.ts'
import { checkFolder, listFolders } from '../projects/folders.ts'
import type { Handlers } from './dispatch.ts'
import { notBuilt } from './not-built.ts'
import type { Services } from './services.ts'

/** Berth itself, the engine and this machine's folders. */
export function appHandlers(services: Services) {
  const { engine, pickFolder } = services
  return {
    'app.info': () => services.info,
    'app.status': services.status,
    'app.recheck': services.bringUp,
    'app.doctor': notBuilt,
    'app.open': notBuilt,
    'settings.get': notBuilt,
    'settings.update': notBuilt,
    'files.pick': notBuilt,
    'engine.images': () => engine.images(),
    'folders.pick': () => {
      if (pickFolder === undefined) {
        throw new BerthError(
          'bad_request',
          'There is no system dialog in the browser. Type the path instead.',
        )
      }
      return pickFolder()
    },
    'folders.list': ({ path }) => listFolders(path),
    'folders.check': ({ path }) => checkFolder(path, services.folderRuntime()),
  } satisfies Partial<Handlers>
}
