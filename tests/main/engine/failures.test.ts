import { describe, expect, it } from 'vitest'
import { translate } from '../../../src/main/engine/failures.ts'
import { BerthError } from '../../../src/main/errors.ts'

const act = { what: 'start berth-x', address: 'unix:///d.sock', image: 'some:1' }
const system = (code: string, more = {}) => Object.assign(new Error(`connect ${code}`), { code, ...more })
const answer = (statusCode: number, words: string) =>
  Object.assign(new Error(`(HTTP code ${statusCode}) server error - ${words} `), { statusCode })

function translated(error: unknown): BerthError {
  const result = translate(error, act)
  if (!(result instanceof BerthError)) throw result
  return result
}

describe('translate', () => {
  it.each([
    [system('ECONNREFUSED'), 'engine_unavailable'],
    [system('ENOENT'), 'engine_unavailable'],
    [system('ECONNRESET'), 'engine_unavailable'],
    [system('EACCES'), 'engine_denied'],
    [answer(404, 'No such image: some:1'), 'image_not_found'],
    [answer(500, 'driver failed: Bind for 127.0.0.1:80 failed: port is already allocated'), 'port_taken'],
    [answer(500, 'write /x: no space left on device'), 'engine_error'],
    [
      answer(400, 'invalid mount config for type "bind": bind source path does not exist: /gone'),
      'folder_missing',
    ],
    [answer(500, 'something new'), 'engine_error'],
    [new Error('odd'), 'engine_error'],
  ])('gives %s the code %s', (error, code) => {
    expect(translated(error).code).toBe(code)
  })

  it('names the socket and the group when access is denied', () => {
    expect(translated(system('EACCES')).message).toContain('unix:///d.sock')
    expect(translated(system('EACCES')).message).toContain('docker group')
  })

  it("says what was tried and Docker's own words", () => {
    expect(translated(answer(500, 'something new')).message).toBe(
      'Docker could not start berth-x: something new',
    )
    expect(translated(answer(400, 'bind source path does not exist: /gone')).message).toContain('/gone')
    expect(translated(answer(500, 'no space left on device')).message).toContain('disk is full')
  })

  it("does not take a file of this machine for the engine's socket", () => {
    expect(translated(system('ENOENT', { path: '/binary' })).code).toBe('engine_error')
  })

  it('lets Berth errors and aborts pass as they are', () => {
    const own = new BerthError('conflict', 'x')
    const abort = new DOMException('stop', 'AbortError')
    expect(translate(own, act)).toBe(own)
    expect(translate(abort, act)).toBe(abort)
  })
})
