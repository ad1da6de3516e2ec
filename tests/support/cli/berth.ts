import { join, resolve } from 'node:path'
import { createApp } from '../../../src/main/app.ts'
import { createFileKeychain } from '../vault/file-keychain.ts'

/** A Berth without a window in a process of its own. Says `ready`, and ends properly at SIGTERM. */
const dataDir = String(process.env.BERTH_DATA_DIR)
const app = await createApp({
  dataDir,
  cacheDir: String(process.env.BERTH_CACHE_DIR),
  resourcesDir: resolve(import.meta.dirname, '../../../resources'),
  surface: 'browser',
  openPlace: (to) => ({ url: `http://127.0.0.1:1/#${JSON.stringify(to)}` }),
  keychainFor: createFileKeychain(join(dataDir, '..', 'keychain')).keychainFor,
})
process.on('SIGTERM', async () => {
  await app.close()
  process.exit(0)
})
console.log('ready')
