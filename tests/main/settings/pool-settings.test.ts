import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { POOL_DEFAULTS } from '../../../src/main/gateway/pool/options.ts'
import { poolOptionsOf } from '../../../src/main/pool-options.ts'
import { openSettings } from '../../../src/main/settings/settings.ts'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'berth-pool-settings-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

const optionsWith = (file: unknown, env: NodeJS.ProcessEnv = {}) => {
  if (file !== undefined) writeFileSync(join(dir, 'settings.json'), JSON.stringify(file))
  return poolOptionsOf(openSettings(dir, env).get().pool)
}

describe('the numbers of pools', () => {
  it('are the defaults where nothing is said', () => {
    expect(optionsWith(undefined)).toEqual(POOL_DEFAULTS)
    expect(optionsWith({ pool: {} })).toEqual(POOL_DEFAULTS)
  })

  it('are the file’s, and the environment’s before those, one by one', () => {
    const file = { pool: { health: { start: 60, usableFrom: 40 }, pace: 1000, cooldown: { quota: [1, 2] } } }
    const env = {
      BERTH_POOL_HEALTH_USABLE_FROM: '30',
      BERTH_POOL_WAIT: '0',
      BERTH_POOL_TOKENS_PER_MINUTE: '',
    }
    expect(optionsWith(file, env)).toEqual({
      ...POOL_DEFAULTS,
      health: { ...POOL_DEFAULTS.health, start: 60, usableFrom: 30 },
      cooldown: { ...POOL_DEFAULTS.cooldown, quota: [1, 2] },
      pace: 1000,
      wait: 0,
    })
  })

  it.each<[variable: string, text: string, path: string]>([
    ['BERTH_POOL_HEALTH_START', '51', 'health.start'],
    ['BERTH_POOL_HEALTH_MAX', '110', 'health.max'],
    ['BERTH_POOL_HEALTH_USABLE_FROM', '51', 'health.usableFrom'],
    ['BERTH_POOL_HEALTH_SUCCESS', '3', 'health.success'],
    ['BERTH_POOL_HEALTH_RATE_LIMIT', '-3', 'health.rateLimit'],
    ['BERTH_POOL_HEALTH_FAILURE', '-3', 'health.failure'],
    ['BERTH_POOL_HEALTH_PER_HOUR', '3', 'health.perHour'],
    ['BERTH_POOL_TOKENS_MAX', '7', 'tokens.max'],
    ['BERTH_POOL_TOKENS_PER_MINUTE', '0.5', 'tokens.perMinute'],
    ['BERTH_POOL_SCORE_HEALTH', '3', 'score.health'],
    ['BERTH_POOL_SCORE_TOKENS', '3', 'score.tokens'],
    ['BERTH_POOL_SCORE_IDLE_PER_SECOND', '3', 'score.idlePerSecond'],
    ['BERTH_POOL_SCORE_MAX_IDLE_SECONDS', '3', 'score.maxIdleSeconds'],
    ['BERTH_POOL_SCORE_CURRENT', '3', 'score.current'],
    ['BERTH_POOL_SCORE_MARGIN', '3', 'score.margin'],
    ['BERTH_POOL_COOLDOWN_AUTH', '3', 'cooldown.auth'],
    ['BERTH_POOL_COOLDOWN_RATE', '3', 'cooldown.rate'],
    ['BERTH_POOL_COOLDOWN_QUOTA', '61000, 62000', 'cooldown.quota'],
    ['BERTH_POOL_COOLDOWN_CAP', '3', 'cooldown.cap'],
    ['BERTH_POOL_COOLDOWN_RESET_CAP', '3', 'cooldown.resetCap'],
    ['BERTH_POOL_PACE', '3', 'pace'],
    ['BERTH_POOL_WAIT', '3', 'wait'],
    ['BERTH_POOL_KEEP_BYTES', '3', 'keepBytes'],
  ])('by %s=%s: %s', (variable, text, path) => {
    const value = text.includes(',') ? text.split(',').map(Number) : Number(text)
    expect(optionsWith(undefined, { [variable]: text })).toHaveProperty(path, value)
  })

  it.each([
    ['BERTH_POOL_PACE', 'soon', /BERTH_POOL_PACE is not a number\. Mend it or unset it\./],
    ['BERTH_POOL_PACE', '1,2', /BERTH_POOL_PACE is not a number/],
    ['BERTH_POOL_PACE', '-1', /BERTH_POOL_PACE is not valid/],
    ['BERTH_POOL_HEALTH_FAILURE', '20', /BERTH_POOL_HEALTH_FAILURE is not valid/],
    ['BERTH_POOL_COOLDOWN_QUOTA', '1,,2', /BERTH_POOL_COOLDOWN_QUOTA is not numbers with commas/],
    ['BERTH_POOL_KEEP_BYTES', '1e12', /BERTH_POOL_KEEP_BYTES is not valid/],
    ['BERTH_POOL_TOKENS_MAX', 'Infinity', /BERTH_POOL_TOKENS_MAX is not a number/],
  ])('%s=%s is refused by its name', (name, text, message) => {
    expect(() => optionsWith(undefined, { [name]: text })).toThrow(message)
  })

  it.each([
    [{ pool: { health: { start: 200 } } }, /health\.start \(200\) is above health\.max \(100\)/],
    [{ pool: { health: { usableFrom: 101 } } }, /health\.usableFrom \(101\) is above/],
    [{ pool: { cooldown: { quota: [] } } }, /settings\.json/],
    [{ pool: { speed: 1 } }, /settings\.json/],
    [{ pool: { health: { start: 'high' } } }, /settings\.json/],
  ])('%j is refused', (file, message) => {
    expect(() => optionsWith(file)).toThrow(message)
  })
})
