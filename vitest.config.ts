import { defineConfig } from 'vitest/config'

/**
 * `unit` needs nothing but Node. `integration` uses the real outside world (Docker, keychain, OpenCode), so its files
 * run one after another and `scripts/test.mjs` makes that world first.
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['tests/**/*.test.ts', 'tests/**/*.test.tsx'],
          exclude: ['tests/**/*.integration.test.ts', 'tests/e2e/**', 'node_modules/**'],
        },
      },
      {
        test: {
          name: 'integration',
          include: ['tests/**/*.integration.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
    ],
  },
})
