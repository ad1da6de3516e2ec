import { defineConfig } from '@playwright/test'
import base from '../../playwright.config.ts'

/** Takes the pictures of docs/screenshots; run by `npm run screenshots`. The file's name keeps it out of the tests. */
export default defineConfig(base, {
  testDir: '.',
  testMatch: 'screenshots.shots.ts',
  reporter: 'list',
  timeout: 300_000,
  use: { trace: 'off', actionTimeout: 20_000, contextOptions: { reducedMotion: 'reduce' } },
})
