import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createFindLocal, type LocalPorts } from '../../../src/main/connection/local-servers.ts'
import { ollamaAddress } from '../../../src/main/connection/ollama-host.ts'
import { createGateway } from '../../../src/main/gateway/gateway.ts'
import type { Gateway } from '../../../src/main/gateway/types.ts'
import { localServer } from '../../../src/preload/accounts.ts'
import { makeDeps } from '../gateway/world.ts'

type Pages = Readonly<Record<string, unknown>>

const OLLAMA: Pages = {
  '/api/version': { version: '0.12.1' },
  '/v1/models': { object: 'list', data: [{ id: 'qwen3:8b', object: 'model', owned_by: 'library' }] },
}
const LM_STUDIO: Pages = {
  '/api/v0/models': {
    object: 'list',
    data: [
      { id: 'qwen3-8b', object: 'model', type: 'llm', state: 'not-loaded' },
      { id: 'nomic-embed', object: 'model', type: 'embeddings', state: 'not-loaded' },
    ],
  },
}
const LLAMA_CPP: Pages = {
  '/props': { default_generation_settings: { n_ctx: 4096 }, total_slots: 1, model_path: '/m.gguf' },
  '/v1/models': { object: 'list', data: [{ id: '/m.gguf', object: 'model', owned_by: 'llamacpp' }] },
}

let gateway: Gateway
let servers: Server[]
beforeEach(() => {
  servers = []
  gateway = createGateway(makeDeps().deps, { hostMap: {}, extraCa: undefined })
})
afterEach(async () => {
  await gateway.close()
  for (const server of servers) {
    server.closeAllConnections()
    await new Promise((done) => server.close(done))
  }
})

/** Serves these pages as JSON, text as HTML, and says 404 to the rest; `silent` never answers. */
async function serve(pages: Pages | 'silent', host = '127.0.0.1', port = 0): Promise<number> {
  const server = createServer((request, response) => {
    if (pages === 'silent') return
    const page = pages[request.url ?? '']
    if (page === undefined) response.writeHead(404).end('{"error":"not found"}')
    else if (typeof page === 'string') response.setHeader('content-type', 'text/html').end(page)
    else response.setHeader('content-type', 'application/json').end(JSON.stringify(page))
  })
  servers.push(server)
  await new Promise<void>((done, fail) => server.once('error', fail).listen(port, host, done))
  return (server.address() as AddressInfo).port
}

/** A port nobody listens on. */
async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const { port } = server.address() as AddressInfo
  await new Promise((done) => server.close(done))
  return port
}

async function ports(given: Partial<LocalPorts>): Promise<LocalPorts> {
  return {
    ollama: given.ollama ?? (await freePort()),
    'lm-studio': given['lm-studio'] ?? (await freePort()),
    'llama.cpp': given['llama.cpp'] ?? (await freePort()),
  }
}

async function find(given: Partial<LocalPorts>, env: NodeJS.ProcessEnv = {}) {
  const found = await createFindLocal({ call: gateway.call, env, ports: await ports(given) })()
  return localServer.array().parse(found)
}

describe('model servers on this machine', () => {
  it('are found, each with its models and an address for OpenAI’s language', async () => {
    const at = {
      ollama: await serve(OLLAMA),
      'lm-studio': await serve(LM_STUDIO),
      'llama.cpp': await serve(LLAMA_CPP),
    }
    expect(await find(at)).toEqual([
      {
        kind: 'ollama',
        name: 'Ollama',
        baseUrl: `http://localhost:${at.ollama}/v1`,
        models: [{ id: 'qwen3:8b', name: 'qwen3:8b' }],
      },
      {
        kind: 'lm-studio',
        name: 'LM Studio',
        baseUrl: `http://localhost:${at['lm-studio']}/v1`,
        models: [{ id: 'qwen3-8b', name: 'qwen3-8b' }],
      },
      {
        kind: 'llama.cpp',
        name: 'llama.cpp',
        baseUrl: `http://localhost:${at['llama.cpp']}/v1`,
        models: [{ id: '/m.gguf', name: '/m.gguf' }],
      },
    ])
  })

  it('are none where nothing listens', async () => {
    expect(await find({})).toEqual([])
  })

  it('are found on the other loopback address, once each', async () => {
    const port = await serve(OLLAMA, '::1')
    expect(await find({ ollama: port })).toMatchObject([{ baseUrl: `http://localhost:${port}/v1` }])
    await serve(OLLAMA, '127.0.0.1', port)
    expect(await find({ ollama: port })).toHaveLength(1)
  })

  it('may have no model yet', async () => {
    const empty = { ...OLLAMA, '/v1/models': { object: 'list', data: null } }
    expect(await find({ ollama: await serve(empty) })).toMatchObject([{ kind: 'ollama', models: [] }])
  })

  it.each<[string, keyof LocalPorts, Pages]>([
    ['a web server', 'ollama', { '/': '<html>', '/api/version': '<html>', '/v1/models': '<html>' }],
    ['a program with a version', 'ollama', { '/api/version': { version: '1.0' } }],
    ['another model server', 'ollama', { '/v1/models': { data: [{ id: 'x' }] } }],
    [
      'LM Studio’s answer to what it does not know',
      'ollama',
      { '/api/version': { error: 'Unexpected endpoint' } },
    ],
    ['another model server', 'lm-studio', { '/v1/models': { data: [{ id: 'x' }] } }],
    ['a list of other things', 'lm-studio', { '/api/v0/models': { object: 'list', data: [{ id: 'x' }] } }],
    ['a web application', 'llama.cpp', { '/': '<html>', '/props': '<html>', '/v1/models': '<html>' }],
    [
      'a proxy with props',
      'llama.cpp',
      { '/props': { a: 1 }, '/v1/models': { data: [{ id: 'x', owned_by: 'me' }] } },
    ],
  ])('are not mistaken: %s on the port of %s', async (_, kind, pages) => {
    expect(await find({ [kind]: await serve(pages) })).toEqual([])
  })

  it('do not hold the others up when they say nothing', async () => {
    const silent = await serve('silent')
    const started = performance.now()
    const found = await find({ ollama: silent, 'llama.cpp': await serve(LLAMA_CPP) })
    expect(found.map(({ kind }) => kind)).toEqual(['llama.cpp'])
    expect(performance.now() - started).toBeLessThan(6000)
  })

  it('are looked for where OLLAMA_HOST says, too', async () => {
    const port = await serve(OLLAMA)
    for (const value of [`127.0.0.1:${port}`, `0.0.0.0:${port}`, `:${port}`, `http://127.0.0.1:${port}/`]) {
      const found = await find({}, { OLLAMA_HOST: value })
      expect(found).toMatchObject([{ kind: 'ollama', baseUrl: `http://127.0.0.1:${port}/v1` }])
    }
    expect(await find({ ollama: port }, { OLLAMA_HOST: `127.0.0.1:${port}` })).toHaveLength(1)
  })
})

describe('OLLAMA_HOST', () => {
  it.each([
    [undefined, undefined],
    ['', undefined],
    ['   ', undefined],
    ['box', 'http://box:11434'],
    ['box:80', 'http://box'],
    ['10.0.0.7', 'http://10.0.0.7:11434'],
    ['0.0.0.0', 'http://127.0.0.1:11434'],
    [':5000', 'http://127.0.0.1:5000'],
    ['::1', 'http://[::1]:11434'],
    ['[::]:5000', 'http://127.0.0.1:5000'],
    ['http://box', 'http://box'],
    ['https://box:8443/path', 'https://box:8443'],
    ['"box:5000"', 'http://box:5000'],
    ['http://user:secret@box', undefined],
    ['bad host', undefined],
    ['box:99999', undefined],
  ])('%j is asked at %j', (value, address) => {
    expect(ollamaAddress(value)).toBe(address)
  })
})
