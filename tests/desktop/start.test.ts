import { spawnSync } from 'node:child_process'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { reasonAgainstElectron } from '../../scripts/electron-binary.mjs'

describe('npm start', () => {
  it.each(['abc', '-1', '65536', '1.5', ''])('refuses the port %j before it does anything', (port) => {
    const script = resolve(import.meta.dirname, '../../scripts/start.mjs')
    const { status, stderr, stdout } = spawnSync(process.execPath, [script, `--port=${port}`], {
      encoding: 'utf8',
    })
    expect({ status, stderr: stderr.trim(), stdout }).toEqual({
      status: 1,
      stderr: `--port is a number from 0 to 65535, not "${port}".`,
      stdout: '',
    })
  })

  it.each([
    [{ platform: 'linux', uid: 0, env: { DISPLAY: ':0' } }, /root/],
    [{ platform: 'linux', uid: 1000, env: {} }, /no display/],
    [{ platform: 'linux', uid: 1000, env: { WAYLAND_DISPLAY: 'wayland-0' } }, undefined],
    [{ platform: 'linux', uid: 1000, env: { DISPLAY: ':0' } }, undefined],
    [{ platform: 'darwin', uid: 0, env: {} }, undefined],
    [{ platform: 'win32', uid: undefined, env: {} }, undefined],
  ])('knows where a window is possible: %j', (machine, reason) => {
    const answer = reasonAgainstElectron(machine)
    if (reason === undefined) expect(answer).toBeUndefined()
    else expect(answer).toMatch(reason)
  })
})
