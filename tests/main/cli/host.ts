import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Io } from '../../../src/main/cli/io.ts'
import { runCommand } from '../../../src/main/cli/run.ts'
import { BerthError, toFailure } from '../../../src/main/errors.ts'
import { silentLog } from '../../../src/main/log/log.ts'
import { createEvents, type Events } from '../../../src/main/rpc/events.ts'
import type { Account } from '../../../src/preload/accounts.ts'
import type { Project } from '../../../src/preload/shapes.ts'

/** Runs the command in this process: with what it reads and writes in memory, and Berth's answers by the test. */

export type Answers = Record<string, (input: never) => unknown>

export interface Host {
  readonly events: Events
  readonly calls: { readonly method: string; readonly input: unknown }[]
  /** How far Berth was opened, each time. */
  readonly opened: string[]
  run(args: string | readonly string[], typed?: Typed): Promise<{ code: number; out: string; err: string }>
  interrupt(): void
  end(): void
}

export interface Typed {
  /** What a pipe holds. */
  readonly stdin?: string
  /** What a person types at each question; a terminal is there then. */
  readonly answers?: readonly string[]
}

export function makeHost(answers: Answers = {}): Host {
  const dataDir = mkdtempSync(join(tmpdir(), 'berth-host-'))
  const events = createEvents({ log: silentLog(), strict: true })
  const calls: Host['calls'] = []
  const opened: string[] = []
  let abort = new AbortController()
  const all: Answers = {
    'app.status': () => ({ vault: { state: 'ready', keeper: 'keychain' } }),
    'accounts.list': () => [],
    'projects.list': () => [],
    ...answers,
  }
  const dispatch = async (method: string, input: unknown) => {
    calls.push({ method, input })
    try {
      const answer = all[method]
      if (answer === undefined) throw new Error(`the test has no answer to ${method}`)
      return { ok: true as const, value: await answer(input as never) }
    } catch (error) {
      if (!(error instanceof BerthError)) throw error
      return { ok: false as const, error: toFailure(error) }
    }
  }
  return {
    events,
    calls,
    opened,
    async run(args, typed = {}) {
      abort = new AbortController()
      const out: string[] = []
      const err: string[] = []
      const lines = (typed.stdin ?? '').split('\n')
      if (lines.at(-1) === '') lines.pop()
      const replies = [...(typed.answers ?? [])]
      const ask = async (question: string) => {
        err.push(`${question}\n`)
        const reply = replies.shift()
        if (reply === undefined) throw new Error(`nobody answers "${question}"`)
        return reply
      }
      const io: Io = {
        out: (text) => void out.push(text),
        err: (text) => void err.push(text),
        outBytes: (bytes) => void out.push(Buffer.from(bytes).toString('latin1')),
        interactive: typed.answers !== undefined,
        colour: false,
        line: async () => lines.shift(),
        rest: async () => lines.splice(0).join('\n'),
        ask,
        askHidden: ask,
        interrupted: abort.signal,
      }
      const code = await runCommand(typeof args === 'string' ? args.split(' ') : args, {
        version: '1.2.3',
        io,
        env: { BERTH_NO_OPEN: '1' },
        dataDir,
        openApp: async (need) => {
          opened.push(need)
          return { dispatch, events, close: async () => void opened.push('closed') }
        },
      })
      return { code, out: out.join(''), err: err.join('') }
    },
    interrupt: () => abort.abort(),
    end: () => rmSync(dataDir, { recursive: true, force: true }),
  }
}

export const account = (id: string, more: Partial<Account> = {}): Account => ({
  id,
  providerId: 'openai',
  namespace: '',
  label: id,
  type: 'api',
  preview: 'sk-…1234',
  fields: {},
  state: 'connected',
  active: false,
  position: 0,
  createdAt: 0,
  ...more,
})

export const project = (id: string, more: Partial<Project> = {}): Project => ({
  id,
  name: id,
  folder: `/work/${id}`,
  providerId: 'openai',
  modelId: 'gpt-5',
  runtime: 'docker',
  isolated: true,
  image: 'debian',
  delivery: 'gateway',
  egress: 'open',
  state: 'stopped',
  createdAt: 0,
  lastActivityAt: 0,
  ...more,
})
