import { resolve } from 'node:path'
import { createApp } from './app.ts'
import { defaultCacheDir, defaultDataDir } from './data-dir.ts'
import { runDesktop } from './desktop/desktop.ts'

/** The Electron entry: one instance, ready, quit. The built file stands in `out/main`. */
const outDir = import.meta.dirname
const resourcesDir = resolve(outDir, '..', '..', 'resources')

// Not awaited: Electron becomes ready only once this module has been evaluated.
void runDesktop({
  dataDir: defaultDataDir(),
  outDir,
  resourcesDir,
  devServer: process.env.ELECTRON_RENDERER_URL,
  createApp: (options) => createApp({ ...options, resourcesDir, cacheDir: defaultCacheDir() }),
})
