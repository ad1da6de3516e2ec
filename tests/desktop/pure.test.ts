import { afterEach, describe, expect, it, vi } from 'vitest'
import { externalUrl } from '../../src/main/desktop/containment.ts'
import { INVOKE_CHANNEL, serveCalls } from '../../src/main/desktop/ipc.ts'
import { appMenu } from '../../src/main/desktop/menu.ts'
import { noticeFor } from '../../src/main/desktop/notifications.ts'
import { ownPages } from '../../src/main/desktop/own-pages.ts'
import { closeBeforeQuit } from '../../src/main/desktop/shutdown.ts'
import type { AnyEvent } from '../../src/preload/contract.ts'
import { app, ipcMain, resetElectron } from './electron-stand-in.ts'
import { project } from './samples.ts'

vi.mock('electron', () => import('./electron-stand-in.ts'))
afterEach(resetElectron)

describe('externalUrl', () => {
  it('lets https through', () => {
    expect(externalUrl('https://opencode.ai/docs?a=1#b')).toBe('https://opencode.ai/docs?a=1#b')
  })
  it.each([
    'http://example.com',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'data:text/html,x',
    'smb://host/share',
    'berth://new',
    'ms-msdt:/id',
    'https://user:pass@example.com',
    'not a url',
    '',
  ])('keeps %j from the system', (url) => {
    expect(externalUrl(url)).toBeUndefined()
  })
})

describe('ownPages', () => {
  it('are those of the scheme, or of the server while developing', () => {
    const built = ownPages()
    expect(built.includes('berth-app://app/projects/p1')).toBe(true)
    for (const url of ['berth-app://other/', 'https://app/', 'http://berth-app://app', 'about:blank', '']) {
      expect(built.includes(url)).toBe(false)
    }
    const served = ownPages('http://localhost:5173')
    expect(served.includes('http://localhost:5173/x')).toBe(true)
    expect(served.includes('http://localhost:5174/x')).toBe(false)
    expect(served.includes('berth-app://app/')).toBe(false)
  })
})

describe('the sender of a call', () => {
  const url = 'berth-app://app/'
  const mainFrame = { url }
  const webContents = { mainFrame }
  const own = { sender: webContents, senderFrame: mainFrame }

  it.each([
    ['our main frame', own, { webContents }, true],
    [
      'another frame, though it shows a page of ours',
      { ...own, senderFrame: { url } },
      { webContents },
      false,
    ],
    ['a frame that is gone', { ...own, senderFrame: null }, { webContents }, false],
    ['another window', own, { webContents: { mainFrame } }, false],
    ['a window that was closed', own, undefined, false],
  ])('is %s', async (_who, event, window, answered) => {
    const stop = serveCalls({
      dispatch: async () => ({ ok: true, value: null }),
      pages: ownPages(),
      window: () => window as unknown as Electron.BrowserWindow | undefined,
    })
    const answer = await ipcMain.call(INVOKE_CHANNEL, event, 'app.status', {})
    expect(answer).toMatchObject(answered ? { ok: true } : { ok: false, error: { code: 'unauthorized' } })
    stop()
  })
})

describe('noticeFor', () => {
  const failed: AnyEvent = {
    name: 'project.changed',
    payload: project('p1', { state: 'failed', problem: { code: 'opencode_exited', message: 'It ended.' } }),
  }
  it('tells of a failure once', () => {
    expect(noticeFor(failed, () => project('p1', { state: 'starting' }))).toEqual({
      title: 'project p1 failed',
      body: 'It ended.',
      to: { page: 'project', projectId: 'p1' },
    })
    expect(noticeFor(failed, () => project('p1', { state: 'failed' }))).toBeUndefined()
    expect(noticeFor(failed, () => undefined)).toBeUndefined()
  })
  it('tells of a permission that is asked for', () => {
    const asked: AnyEvent = {
      name: 'conversation.changed',
      payload: {
        projectId: 'p1',
        change: {
          type: 'permission',
          permission: {
            id: 'x',
            sessionId: 's',
            kind: 'bash',
            title: 'Run npm test',
            patterns: [],
            createdAt: 1,
          },
        },
      },
    }
    expect(noticeFor(asked, () => project('p1'))).toMatchObject({
      title: 'project p1 asks for permission',
      body: 'Run npm test',
    })
  })
  it('is silent about the rest', () => {
    const running: AnyEvent = { name: 'project.changed', payload: project('p1', { state: 'running' }) }
    expect(noticeFor(running, () => project('p1'))).toBeUndefined()
    expect(noticeFor({ name: 'providers.changed', payload: {} }, () => undefined)).toBeUndefined()
  })
})

describe('the application menu', () => {
  const roles = (packaged: boolean) => JSON.stringify(appMenu({ platform: 'darwin', packaged, go: () => {} }))
  it('has copy and paste, and developer tools only while developing', () => {
    expect(roles(true)).toContain('editMenu')
    expect(roles(true)).not.toContain('toggleDevTools')
    expect(roles(false)).toContain('toggleDevTools')
  })
})

describe('quitting', () => {
  it('waits for Berth to close, once, however often it is asked', async () => {
    let closes = 0
    const closing = Promise.withResolvers<void>()
    closeBeforeQuit(app as unknown as Electron.App, () => {
      closes++
      return closing.promise
    })
    const quit = new Promise((done) => app.once('quit', done))
    app.quit()
    app.quit()
    expect(app.exitCode).toBeUndefined()
    closing.resolve()
    await quit
    expect({ closes, code: app.exitCode }).toEqual({ closes: 1, code: 0 })
  })

  it.each([
    ['never ends', () => new Promise<void>(() => {})],
    ['fails', () => Promise.reject(new Error('a failure of ours'))],
  ])('goes on when closing %s', async (_what, close) => {
    const quit = new Promise((done) => app.once('quit', done))
    closeBeforeQuit(app as unknown as Electron.App, close, 20)
    app.quit()
    expect(app.exitCode).toBeUndefined()
    await quit
    expect(app.exitCode).toBe(0)
  })
})
