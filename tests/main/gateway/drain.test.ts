import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { expect, it } from 'vitest'
import { readHead, startWorld, tlsThrough, until, type World } from './world.ts'

/** Closing while something is under way. */

const REQUEST = 'GET /v1 HTTP/1.1\r\nHost: api.openai.com\r\n\r\n'

/** A world whose vendor answers when the test says so. */
async function slowWorld(): Promise<{ world: World; answers: ServerResponse[] }> {
  const answers: ServerResponse[] = []
  const world = await startWorld((req, res) => {
    req.resume()
    if (req.url === '/fast') res.end('fast')
    else answers.push(res)
  })
  return { world, answers }
}

it('an answer under way is finished, and nothing new is begun', async () => {
  const { world, answers } = await slowWorld()
  const waiting = await tlsThrough(world, 'api.openai.com')
  const idle = await tlsThrough(world, 'api.openai.com')
  waiting.write(REQUEST)
  await until(() => answers.length === 1, 'the request at the vendor')
  answers[0]?.write('first, ')
  const closed = world.gateway.close()

  idle.write('GET /fast HTTP/1.1\r\nHost: api.openai.com\r\n\r\n')
  const refused = await text(idle)
  expect(refused).toMatch(/^HTTP\/1\.1 503/)
  expect(refused.toLowerCase()).toContain('x-berth-error: shutting_down')
  expect(refused.toLowerCase()).toContain('connection: close')
  const knock = connect(world.port, '127.0.0.1')
  await expect(once(knock, 'connect')).rejects.toMatchObject({ code: 'ECONNREFUSED' })

  answers[0]?.end('last')
  expect(await text(waiting)).toMatch(/first, .*last/s)
  await closed
  await world.close()
})

it('a request that waited for the one before it on its connection is not begun either', async () => {
  const { world, answers } = await slowWorld()
  const [busy, other] = [await tlsThrough(world, 'api.openai.com'), await tlsThrough(world, 'api.openai.com')]
  busy.write(REQUEST.repeat(2))
  await until(() => answers.length === 1, 'the first request at the vendor')
  other.write(REQUEST)
  await until(() => answers.length === 2, 'the other request at the vendor')
  const closed = world.gateway.close()
  answers[0]?.end('first')
  const said = await text(busy)
  expect(said).toContain('first')
  expect(said).toMatch(/HTTP\/1\.1 503/)
  answers[1]?.end('other')
  expect(await text(other)).toContain('other')
  await closed
  expect(answers).toHaveLength(2)
  await world.close()
})

it('an answer that takes too long is cut off, so that Berth can end', async () => {
  const { world, answers } = await slowWorld()
  const waiting = await tlsThrough(world, 'api.openai.com')
  waiting.on('error', () => undefined)
  waiting.write(REQUEST)
  await until(() => answers.length === 1, 'the request at the vendor')
  const gone = once(answers[0] as ServerResponse, 'close')
  await world.gateway.close()
  await gone
  expect(world.gateway.routes('one')).toMatchObject([{ outcome: 'aborted' }])
  await world.close()
})

it('can be opened again after it was closed', async () => {
  const { world } = await slowWorld()
  await world.gateway.close()
  const { port } = await world.gateway.listen(['127.0.0.1'], world.port)
  expect(port).toBe(world.port)
  const socket = connect(port, '127.0.0.1')
  socket.write('GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')
  expect(await readHead(socket)).toMatch(/^HTTP\/1\.1 404/)
  await world.close()
})
