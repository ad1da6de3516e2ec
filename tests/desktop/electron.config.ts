import { defineConfig } from '@playwright/test'

/** The specs that need the real Electron: `npm run build`, then `npm run test:electron`. */
export default defineConfig({
  testDir: '.',
  testMatch: '*.spec.ts',
  workers: 1,
  timeout: 60_000,
  outputDir: '../../test-results/electron',
  reporter: 'list',
})
