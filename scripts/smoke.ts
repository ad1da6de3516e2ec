// `npm run smoke`: the main job without a window, on real parts: vault, engine, OpenCode, gateway. Only the model vendor
// is a stand-in. A canary key is planted and searched for wherever no credential may be. Prints one JSON object last;
// the exit code is 0 only when all holds.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createApp } from '../src/main/app.ts'
import type { AnyEvent, Input, MethodName, Output } from '../src/preload/contract.ts'
import { ensureBaseImage, ensureEngine } from '../tests/support/docker.mjs'
import { keyringCommand } from '../tests/support/keyring.mjs'
import { say } from '../tests/support/model-server/replies.ts'
import { startModelServer } from '../tests/support/model-server/server.ts'
import { makeTempProject } from '../tests/support/temp-project.ts'
import { countInFolder, countInText, type Finding, searchContainer } from './smoke/search.ts'

const CANARY = `sk-ant-api03-${'CANARY'.repeat(6)}`
const HOST = 'api.anthropic.com'
const PROVIDER = 'anthropic'
const PROMPT = 'Say that the smoke test works.'
const ANSWER = 'The smoke test works, end to end.'
const DEADLINE_MS = 240_000

const json = process.argv.includes('--json')
const tell = (line: string) => {
  if (!json) console.log(line)
}

/** On Linux the run gets a keychain of its own; elsewhere the system's is used and cleaned up after. */
function withPrivateKeychain(): void {
  if (process.platform !== 'linux' || process.env.BERTH_SMOKE_INNER === '1') return
  const argv = keyringCommand([process.execPath, ...process.execArgv, ...process.argv.slice(1)])
  const result = spawnSync(String(argv[0]), argv.slice(1), {
    stdio: 'inherit',
    env: { ...process.env, BERTH_SMOKE_INNER: '1' },
  })
  process.exit(result.status ?? 1)
}

interface Step {
  name: string
  ms: number
}

/** Waits for an event that fits, or fails after the deadline or when `broken` says so. */
function waitFor(
  events: { on(listener: (event: AnyEvent) => void): () => void },
  fits: (event: AnyEvent) => boolean,
  broken: (event: AnyEvent) => string | undefined,
): Promise<void> {
  return new Promise((done, fail) => {
    const timer = setTimeout(() => finish(new Error('the smoke run took too long')), DEADLINE_MS)
    const off = events.on((event) => {
      const reason = broken(event)
      if (reason !== undefined) finish(new Error(reason))
      else if (fits(event)) finish()
    })
    function finish(error?: Error): void {
      clearTimeout(timer)
      off()
      if (error) fail(error)
      else done()
    }
  })
}

const failedProject = (event: AnyEvent) =>
  event.name === 'project.changed' && event.payload.state === 'failed'
    ? (event.payload.problem?.message ?? 'the project failed')
    : undefined

async function main(): Promise<boolean> {
  const stopEngine = await ensureEngine().catch(() => async () => {})
  const image = await ensureBaseImage().catch(() => undefined)
  const vendor = await startModelServer({ acceptKeys: [CANARY] })
  vendor.script(say(ANSWER, { delayMs: 20 }))
  const dataDir = mkdtempSync(join(tmpdir(), 'berth-smoke-'))
  const folder = await makeTempProject()
  const app = await createApp({
    dataDir,
    cacheDir: process.env.BERTH_CACHE_DIR ?? join(homedir(), '.cache', 'berth-tests'),
    resourcesDir: resolve(import.meta.dirname, '../resources'),
    surface: 'browser',
    env: {
      ...process.env,
      BERTH_HOST_MAP: JSON.stringify({ [HOST]: `127.0.0.1:${vendor.httpsPort}` }),
      BERTH_EXTRA_CA: vendor.caFile,
    },
  })
  const sent: string[] = []
  app.events.on((event) => sent.push(JSON.stringify(event)))
  const steps: Step[] = []

  async function call<M extends MethodName>(method: M, input: Input<M>): Promise<Output<M>> {
    const envelope = await app.dispatch(method, input, 'browser')
    sent.push(JSON.stringify(envelope))
    if (!envelope.ok) throw new Error(`${method}: ${envelope.error.message}`)
    return envelope.value as Output<M>
  }
  async function timed<T>(name: string, work: () => Promise<T>): Promise<T> {
    const start = performance.now()
    const value = await work()
    steps.push({ name, ms: Math.round(performance.now() - start) })
    tell(`${name}: ${steps.at(-1)?.ms} ms`)
    return value
  }

  let projectId: string | undefined
  try {
    const status = await timed('app.recheck', () => call('app.recheck', {}))
    if (status.vault.state !== 'ready') throw new Error(`the vault is ${status.vault.state}`)
    const runtime = status.engine.state === 'ready' ? 'docker' : 'process'
    await timed('accounts.add', () =>
      call('accounts.add', { providerId: PROVIDER, label: 'smoke', key: CANARY }),
    )
    const models = await call('providers.models', { providerId: PROVIDER })
    const modelId = models.find((model) => model.tools)?.id ?? ''
    const created = await timed('projects.create', () =>
      call('projects.create', {
        name: 'smoke',
        folder: folder.path,
        providerId: PROVIDER,
        modelId,
        runtime,
        ...(runtime === 'docker' && image !== undefined ? { image } : {}),
      }),
    )
    projectId = created.id
    const isUp = (event: AnyEvent) => event.name === 'project.changed' && event.payload.state === 'running'
    await timed('projects.start', () => waitFor(app.events, isUp, failedProject))
    for (const job of (await call('projects.pipeline', { projectId }))?.jobs ?? []) {
      steps.push({ name: job.kind, ms: (job.finishedAt ?? 0) - (job.startedAt ?? 0) })
      tell(`  ${job.kind}: ${steps.at(-1)?.ms} ms`)
    }
    const reply = await timed('conversation.send', async () => {
      const idle = waitFor(
        app.events,
        (event) =>
          event.name === 'conversation.changed' &&
          event.payload.change.type === 'activity' &&
          event.payload.change.activity.state === 'idle',
        failedProject,
      )
      await call('conversation.send', { projectId: created.id, text: PROMPT, requestId: 'smoke000001' })
      await idle
      const { messages } = await call('conversation.get', { projectId: created.id })
      const answer = messages.findLast((message) => message.role === 'assistant')
      return (answer?.parts ?? []).map((part) => (part.type === 'text' ? part.text : '')).join('')
    })

    // The server's output goes to the renderer, so it is searched with everything else sent there.
    await call('projects.logs', { projectId, tail: 5000 })
    const findings = await timed('search', () => search(CANARY))
    const secretsFound = findings.reduce((sum, finding) => sum + finding.found, 0)
    for (const { place, found } of findings) tell(`  ${place}: ${found}`)
    // The search must be able to find: the placeholder is known to be in OpenCode's home.
    const [marker] = (await search('berth')).filter((finding) => finding.found > 0)
    const arrived = vendor.prompts().some((request) => request.headers['x-api-key'] === CANARY)
    const ok = reply === ANSWER && arrived && marker !== undefined && secretsFound === 0
    const { openCodeVersion } = await call('app.info', {})
    console.log(JSON.stringify({ ok, runtime, opencode: openCodeVersion, steps, reply, secretsFound }))
    return ok

    async function search(needle: string): Promise<Finding[]> {
      const inContainer =
        runtime === 'docker' && status.engine.state === 'ready'
          ? await searchContainer(
              status.engine.address.replace(/^unix:\/\//, ''),
              `berth-${created.id}`,
              needle,
            )
          : []
      return [
        ...inContainer,
        {
          place: 'database, settings, logs, project files',
          found: countInFolder(dataDir, needle, ['vault.json']),
        },
        { place: 'everything sent to the renderer', found: countInText(sent.join('\n'), needle) },
        { place: "the project's folder", found: countInFolder(folder.path, needle) },
      ]
    }
  } finally {
    if (projectId !== undefined) await app.dispatch('projects.remove', { projectId }, 'browser')
    await app.close()
    await vendor.close()
    await folder.remove()
    rmSync(dataDir, { recursive: true, force: true })
    await stopEngine()
  }
}

withPrivateKeychain()
const good = await main().catch((error: unknown) => {
  console.log(JSON.stringify({ ok: false, error: error instanceof Error ? error.message : String(error) }))
  return false
})
process.exit(good ? 0 : 1)
