import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { MAX_CONNECTIONS } from '../../../src/main/gateway/limits.ts'
import { raw, startWorld, until, type World } from './world.ts'

/** One client with very many connections. */

let world: World
const sockets: Socket[] = []

beforeEach(async () => {
  world = await startWorld((_, res) => res.end('hello'))
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
