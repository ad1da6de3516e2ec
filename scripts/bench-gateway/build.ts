import { resolve } from 'node:path'
import { build } from 'vite'

const ROOT = resolve(import.meta.dirname, '../..')
const FOLDER = resolve(ROOT, 'node_modules/.cache/bench-gateway-built')

/**
 * Builds Berth's gateway and the bare proxy the way the app itself is built: what users run reads no TypeScript, and reading
 * it takes some 40 MB. Answers with the built file of a server.
 */
export async function buildServers(names: readonly string[]): Promise<(name: string) => string> {
  const entries = names.map((name) => [name, resolve(import.meta.dirname, `${name}.ts`)])
  await build({
    configFile: false,
    root: ROOT,
    logLevel: 'error',
    build: {
      ssr: true,
      outDir: FOLDER,
      emptyOutDir: true,
      target: 'node24',
      rollupOptions: {
        input: Object.fromEntries(entries),
        output: { format: 'es', entryFileNames: '[name].mjs' },
      },
    },
  })
  return (name) => resolve(FOLDER, `${name}.mjs`)
}
