import { mkdtempSync, rmSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { type App, createApp } from '../../src/main/app.ts'
import type { AnyEvent, Envelope, Failure, Input, MethodName, Output } from '../../src/preload/contract.ts'
import { createFakeKeychain, type FakeKeychain } from './fake-keychain.ts'

/** A whole Berth without a window, on a folder of its own and with a keychain in memory. */
export interface TestApp {
  readonly dataDir: string
  readonly keychain: FakeKeychain
  readonly app: App
  /** Every event since the folder was made. */
  readonly events: readonly AnyEvent[]
  /** Every answer, as it is carried. */
  readonly answers: readonly Envelope<unknown>[]
  /** The value of a call; throws the message of a failure. */
  call<M extends MethodName>(method: M, input: Input<M>): Promise<Output<M>>
  /** The failure of a call; throws when it succeeds. */
  fail<M extends MethodName>(method: M, input: Input<M>): Promise<Failure>
  /** Opens Berth, again after `close`. */
  open(): Promise<void>
  close(): Promise<void>
  /** Closes it and removes the folder. */
  end(): Promise<void>
}

/** Nothing is opened yet. Without another word of `env` there is no engine. */
export function makeTestApp(env: Readonly<Record<string, string>> = {}): TestApp {
  const dataDir = mkdtempSync(join(tmpdir(), 'berth-app-'))
  const keychain = createFakeKeychain()
  const events: AnyEvent[] = []
  const answers: Envelope<unknown>[] = []
  let app: App | undefined
  const opened = (): App => {
    if (app === undefined) throw new Error('Berth is not open')
    return app
  }
  const dispatch = async (method: MethodName, input: unknown): Promise<Envelope<unknown>> => {
    const answer = await opened().dispatch(method, input, 'browser')
    answers.push(answer)
    return answer
  }
  const close = async (): Promise<void> => {
    const closing = app
    app = undefined
    await closing?.close()
  }
  return {
    dataDir,
    keychain,
    events,
    answers,
    get app() {
      return opened()
    },
    async call<M extends MethodName>(method: M, input: Input<M>) {
      const answer = await dispatch(method, input)
      if (!answer.ok) throw new Error(`${method}: ${answer.error.message}`)
      return answer.value as Output<M>
    },
    async fail(method, input) {
      const answer = await dispatch(method, input)
      if (answer.ok) throw new Error(`${method} answered ${JSON.stringify(answer.value)}`)
      return answer.error
    },
    async open() {
      app = await createApp({
        dataDir,
        cacheDir: join(homedir(), '.cache', 'berth-tests'),
        resourcesDir: resolve(import.meta.dirname, '../../resources'),
        surface: 'browser',
        env: { PATH: process.env.PATH, BERTH_ENGINE: join(dataDir, 'no-engine.sock'), ...env },
        keychainFor: keychain.keychainFor,
      })
      app.events.on((event) => events.push(event))
    },
    close,
    async end() {
      await close()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}
