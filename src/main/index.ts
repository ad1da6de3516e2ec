import { resolve } from 'node:path'
import { commandArguments, runHere } from './command.ts'
import { defaultCacheDir, defaultDataDir } from './data-dir.ts'
import { tuneHeap } from './heap.ts'

/** The Electron entry: the `berth` command, or one instance, ready, quit. The built file stands in `out/main`. */
const outDir = import.meta.dirname
const resourcesDir = resolve(outDir, '..', '..', 'resources')

const args = commandArguments(process.argv, process.defaultApp === true)
if (args !== undefined) {
  const { createProcessIo } = await import('./cli/process-io.ts')
  process.exit(await runHere(args, { outDir, io: createProcessIo() }))
}

tuneHeap()
// Awaited, for Electron becomes ready only once this module has been evaluated, and what must come before it then does.
const { runDesktop } = await import('./desktop/desktop.ts')
// Not awaited: it waits for Electron to be ready.
void runDesktop({
  dataDir: defaultDataDir(),
  outDir,
  resourcesDir,
  devServer: process.env.ELECTRON_RENDERER_URL,
  createApp: async (options) => {
    const { createApp } = await import('./app.ts')
    return createApp({ ...options, resourcesDir, cacheDir: defaultCacheDir() })
  },
})
