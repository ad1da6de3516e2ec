import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { MAX_CONNECTIONS, MAX_PIPELINED } from '../../../src/main/gateway/limits.ts'
import { basic, raw, readHead, startWorld, until, type World } from './world.ts'

/** One client with very many connections, or requests on one. */

let world: World
const sockets: Socket[] = []

let arrived: string[]
/** Answers that are held back. */
let held: (() => void)[]

beforeEach(async () => {
  arrived = []
  held = []
  world = await startWorld(({ url = '' }, res) => {
    arrived.push(url)
    if (url === '/slow') held.push(() => res.end('slow'))
    else res.end('hello')
  })
})
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy()
  await world.close()
})

async function open(): Promise<Socket> {
  const socket = connect(world.port, '127.0.0.1')
  sockets.push(socket)
  socket.on('error', () => undefined)
  await once(socket, 'connect')
  return socket
}

it('gets no more than its share, and is let in again when it closed some', async () => {
  for (let i = 0; i < MAX_CONNECTIONS; i++) await open()
  const extra = await open()
  extra.resume()
  await once(extra, 'close')
  expect(sockets.filter((socket) => socket.destroyed)).toEqual([extra])

  const own = sockets.splice(0, 10)
  for (const socket of own) socket.destroy()
  const ask = () => raw(world.port, 'GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')
  let answer = ''
  await until(() => {
    void ask().then((text) => {
      answer = text
    })
    return answer.startsWith('HTTP/1.1 404')
  }, 'the client is let in again')
})

const get = (path: string): string =>
  `GET http://elsewhere.test${path} HTTP/1.1\r\nHost: elsewhere.test\r\nProxy-Authorization: ${basic(world)}\r\n\r\n`

it('has one request of each connection under way, and the next one then', async () => {
  const socket = await open()
  socket.write(get('/slow') + get('/two') + get('/three'))
  await until(() => held.length === 1, 'the first request')
  // A request on another connection goes all the way meanwhile.
  const other = await open()
  other.write(get('/other'))
  expect(await readHead(other)).toMatch(/^HTTP\/1\.1 200/)
  expect(arrived).toEqual(['/slow', '/other'])
  held[0]?.()
  await until(() => arrived.length === 4, 'the others')
  expect(arrived.slice(2)).toEqual(['/two', '/three'])
})

it('is cut off when it sends very many without waiting for answers', async () => {
  const socket = await open()
  const closed = once(socket, 'close')
  socket.write(get('/slow').repeat(MAX_PIPELINED + 2))
  await closed
  await until(() => world.routes.at(-1)?.outcome === 'aborted', 'the first to be aborted')
  expect(arrived.length).toBeLessThanOrEqual(1)
})
