import { resolve } from 'node:path'
import { build } from 'vite'
import config from '../../electron.vite.config.ts'

/** Builds the preload script into `outDir/index.cjs`, with the options of the real build. */
export async function buildPreload(outDir: string): Promise<void> {
  const { preload } = config as { preload: { build: { rollupOptions: object } } }
  await build({
    configFile: false,
    root: resolve(import.meta.dirname, '../..'),
    logLevel: 'error',
    build: {
      ssr: true,
      outDir,
      emptyOutDir: true,
      minify: false,
      rollupOptions: { ...preload.build.rollupOptions, external: ['electron'] },
    },
    ssr: { noExternal: true },
  })
}
