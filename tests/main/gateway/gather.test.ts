import { createHash } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { readHead, startWorld, tlsThrough, until, type World } from './world.ts'

/** Bodies go to the vendor in one piece, when they have come; those longer than what is kept while they come. */

let world: World
let seen: { length: string | undefined; bytes: Buffer[] }[]

const SMALL = 1024 * 1024
const head = (length: number): string => {
  const auth = world.gateway.placeholder('one', 'openai', 'api')
  return `POST /v1/x HTTP/1.1\r\nHost: api.openai.com\r\nAuthorization: Bearer ${auth.type === 'api' ? auth.key : ''}\r\nContent-Length: ${length}\r\n\r\n`
}

beforeEach(async () => {
  seen = []
  world = await startWorld(
    (req: IncomingMessage, res: ServerResponse) => {
      const one = { length: req.headers['content-length'], bytes: [] as Buffer[] }
      seen.push(one)
      req.on('data', (chunk: Buffer) => one.bytes.push(chunk)).on('end', () => res.end('done'))
    },
    { pool: { keepBytes: SMALL } },
  )
})
afterEach(() => world.close())

const arrived = (i: number): number => seen[i]?.bytes.reduce((sum, { length }) => sum + length, 0) ?? 0

it('waits for the end of a small body, and sends it byte for byte', async () => {
  const body = Buffer.from(Array.from({ length: 70_000 }, (_, i) => (i * 31) % 256))
  const secure = await tlsThrough(world, 'api.openai.com')
  for (let round = 0; round < 2; round++) {
    secure.write(Buffer.concat([Buffer.from(head(body.length)), body.subarray(0, -1)]))
    // A request on another connection goes all the way while this one waits.
    const other = await tlsThrough(world, 'api.openai.com')
    other.write(`${head(2)}{}`)
    expect(await readHead(other)).toMatch(/^HTTP\/1\.1 200/)
    other.destroy()
    expect(seen).toHaveLength(2 * round + 1)
    secure.write(body.subarray(-1))
    expect(await readHead(secure)).toMatch(/^HTTP\/1\.1 200/)
    await new Promise((done) => secure.once('data', done).resume())
    secure.pause()
  }
  const digest = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')
  for (const i of [1, 3]) {
    expect(seen[i]?.length).toBe('70000')
    expect(digest(Buffer.concat(seen[i]?.bytes ?? []))).toBe(digest(body))
  }
  secure.destroy()
})

it('sends a larger one while it comes', async () => {
  const secure = await tlsThrough(world, 'api.openai.com')
  secure.write(head(SMALL + 1) + 'x'.repeat(SMALL))
  await until(() => arrived(0) > 0, 'the beginning at the vendor')
  secure.write('x')
  expect(await readHead(secure)).toMatch(/^HTTP\/1\.1 200/)
  expect(arrived(0)).toBe(SMALL + 1)
  secure.destroy()
})

it('sends nothing of a small one whose client leaves', async () => {
  const secure = await tlsThrough(world, 'api.openai.com')
  secure.write(`${head(100)}{"x":`)
  await until(() => world.gateway.routes('one').length === 1, 'the request')
  secure.destroy()
  await until(() => world.routes.at(-1)?.outcome === 'aborted', 'the route to be aborted')
  expect(seen).toEqual([])
})
