import { chown, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { say, think, useTool as tool } from '../support/model-server/replies.ts'
import type { Reply, Scripted, Step } from '../support/model-server/types.ts'
import { PROJECT_UID, type TempProject } from '../support/temp-project.ts'

const SERVER = `import { createServer } from 'node:http'
import { orders } from './orders.js'

const server = createServer((request, response) => {
  const { pathname } = new URL(request.url, 'http://localhost')
  if (pathname === '/orders') {
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify(orders()))
    return
  }
  response.statusCode = 404
  response.end()
})

server.listen(Number(process.env.PORT ?? 8080))
`

const OLD_END = `  response.statusCode = 404
  response.end()
})`

const NEW_END = `  if (pathname === '/healthz') {
    const { ok, waitingMs } = health()
    response.statusCode = ok ? 200 : 503
    response.end(JSON.stringify({ ok, waitingMs }))
    return
  }
  response.statusCode = 404
  response.end()
})`

const FILES: Readonly<Record<string, string>> = {
  'README.md': '# atlas-api\n\nOrders over HTTP.\n',
  'package.json':
    '{\n  "name": "atlas-api",\n  "type": "module",\n  "scripts": { "test": "sh test.sh" }\n}\n',
  'test.sh':
    'echo "ok 1 - orders are listed"\necho "ok 2 - an unknown path is 404"\necho "ok 3 - healthz answers without a login"\n',
  'src/server.js': SERVER,
  'src/orders.js':
    "const list = [{ id: 1, item: 'atlas', waiting: true }]\n\nexport const orders = () => list\n",
  'src/health.js':
    'const LIMIT_MS = 60_000\n\nexport function health(waitingMs = 0) {\n  return { ok: waitingMs < LIMIT_MS, waitingMs }\n}\n',
}

/** A folder with a small service in it, as a person might have. */
export async function makeSourceFolder(name: string): Promise<TempProject> {
  const base = await mkdtemp(join(tmpdir(), 'code-'))
  const folder = join(base, name)
  const made = new Set([base, folder])
  for (const [path, text] of Object.entries(FILES)) {
    const file = join(folder, path)
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, text.replaceAll('atlas-api', name))
    made.add(dirname(file)).add(file)
  }
  if (process.getuid?.() === 0) for (const path of made) await chown(path, PROJECT_UID, PROJECT_UID)
  return { path: folder, remove: () => rm(base, { recursive: true, force: true }) }
}

export const PROMPT = 'Add a health endpoint that says how long the oldest order has waited.'

const ANSWER = `The endpoint is at \`/healthz\` and answers at once.

- **200** while the oldest order has waited less than a minute
- **503** after that, so that a load balancer takes the instance out

\`\`\`sh
curl -i localhost:8080/healthz
\`\`\`

All three tests pass.`

/** A reply that takes its time, as a model does. */
function after(ms: number, ...steps: readonly Step[]): () => Reply {
  return () => [{ do: 'wait', until: new Promise((done) => setTimeout(done, ms)) }, ...steps]
}

/** What the model does about the prompt: it looks, changes one file in two places, tries it, and says so. */
export const WORK: readonly Scripted[] = [
  after(
    1400,
    think('The server decides by path, so the new one belongs beside /orders.'),
    tool('read', { filePath: '/workspace/src/server.js' }),
    tool('read', { filePath: '/workspace/src/health.js' }),
  ),
  after(2100, tool('edit', { filePath: '/workspace/src/server.js', oldString: OLD_END, newString: NEW_END })),
  after(
    900,
    tool('edit', {
      filePath: '/workspace/src/server.js',
      oldString: "import { orders } from './orders.js'",
      newString: "import { health } from './health.js'\nimport { orders } from './orders.js'",
    }),
  ),
  after(800, tool('bash', { command: 'sh test.sh', description: 'Run the tests' })),
  after(1200, say(ANSWER, { delayMs: 25 })),
]

export const NEXT_PROMPT = 'Commit it, please.'

/** Asks for something that is worth a moment's thought. */
export const NEXT_WORK: readonly Scripted[] = [
  after(
    1100,
    say('I will commit the one file that changed.'),
    tool('bash', {
      command: 'git add src/server.js && git commit -m "Tell how long the oldest order has waited"',
      description: 'Commit the health endpoint',
    }),
  ),
]
