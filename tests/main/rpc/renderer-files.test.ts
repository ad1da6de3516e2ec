import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { contentSecurityPolicy, rendererFile } from '../../../src/main/rpc/renderer-files.ts'

let top: string
let folder: string

beforeAll(async () => {
  top = await mkdtemp(join(tmpdir(), 'berth-renderer-'))
  folder = join(top, 'renderer')
  await mkdir(join(folder, 'assets'), { recursive: true })
  await writeFile(join(folder, 'index.html'), 'the page')
  await writeFile(join(folder, 'assets', 'index-D4x_9aZ2.js'), 'code')
  await writeFile(join(folder, 'assets', 'logo.svg'), '<svg/>')
  await writeFile(join(top, 'secret.txt'), 'secret')
  await symlink(join(top, 'secret.txt'), join(folder, 'link.txt'))
})
afterAll(() => rm(top, { recursive: true }))

describe('rendererFile', () => {
  it.each([
    ['/', 'the page', 'text/html; charset=utf-8', false],
    ['/projects/abc', 'the page', 'text/html; charset=utf-8', false],
    ['/index.html', 'the page', 'text/html; charset=utf-8', false],
    ['/assets/index-D4x_9aZ2.js', 'code', 'text/javascript; charset=utf-8', true],
    ['/assets/logo.svg', '<svg/>', 'image/svg+xml', false],
  ])('answers %s', async (path, body, contentType, immutable) => {
    const file = await rendererFile(folder, path)
    expect({ ...file, body: file?.body.toString() }).toEqual({ body, contentType, immutable })
  })

  it.each([
    '/missing.js',
    '/../secret.txt',
    '/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
    '/assets/../../secret.txt',
    '/..%5csecret.txt',
    '/link.txt',
    '/a%00.txt',
    '/%zz',
    '/c:/windows.txt',
  ])('has nothing for %s', async (path) => {
    expect(await rendererFile(folder, path)).toBeUndefined()
  })

  it('has nothing when the renderer was not built', async () => {
    expect(await rendererFile(join(top, 'absent'), '/')).toBeUndefined()
  })
})

describe('contentSecurityPolicy', () => {
  it('allows no inline script and no foreign origin', () => {
    const policy = contentSecurityPolicy(['ws://127.0.0.1:1'])
    expect(policy).toContain("script-src 'self';")
    expect(policy).toContain("connect-src 'self' ws://127.0.0.1:1;")
    expect(policy).not.toContain('*')
  })
})
