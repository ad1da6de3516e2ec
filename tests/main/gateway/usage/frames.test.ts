import { randomBytes } from 'node:crypto'
import { expect, it } from 'vitest'
import { closeFrame, createFrameReader } from '../../../../src/main/gateway/usage/frames.ts'

/** A server's frame by RFC 6455 §5.2. */
function frame(
  opcode: number,
  payload: Buffer | string,
  { fin = true, rsv = 0, masked = false } = {},
): Buffer {
  const body = Buffer.from(payload)
  const first = (fin ? 0x80 : 0) | rsv | opcode
  const bit = masked ? 0x80 : 0
  const head = Buffer.alloc(10)
  head[0] = first
  if (body.length < 126) {
    head[1] = bit | body.length
    return Buffer.concat([head.subarray(0, 2), body])
  }
  if (body.length < 65_536) {
    head[1] = bit | 126
    head.writeUInt16BE(body.length, 2)
    return Buffer.concat([head.subarray(0, 4), body])
  }
  head[1] = bit | 127
  head.writeBigUInt64BE(BigInt(body.length), 2)
  return Buffer.concat([head, body])
}
const [NEXT, TEXT, BINARY, PING] = [0, 1, 2, 9]

/** The text messages heard in bytes that come in pieces of this length. */
function heard(bytes: Buffer, pieces = bytes.length): { messages: string[]; isBetween: boolean } {
  const messages: string[] = []
  let parts: Buffer[] = []
  const reader = createFrameReader({
    onText: (part) => parts.push(Buffer.from(part)),
    onEnd() {
      messages.push(Buffer.concat(parts).toString())
      parts = []
    },
  })
  for (let at = 0; at < bytes.length; at += pieces) reader.push(bytes.subarray(at, at + pieces))
  return { messages, isBetween: reader.isBetween() }
}

const long = randomBytes(40_000).toString('hex')
const all = Buffer.concat([
  frame(TEXT, 'one'),
  frame(PING, 'are you there'),
  frame(TEXT, ''),
  frame(BINARY, '{"usage":{}}'),
  frame(TEXT, 'in ', { fin: false }),
  frame(PING, ''),
  frame(NEXT, 'three ', { fin: false }),
  frame(NEXT, 'parts'),
  frame(BINARY, 'x', { fin: false }),
  frame(NEXT, 'y'),
  frame(TEXT, long.slice(0, 200)),
  frame(TEXT, long),
])

it.each([1, 2, 3, 7, 100, 65_536, all.length])('hears text alone, whole, in pieces of %i bytes', (pieces) => {
  expect(heard(all, pieces)).toEqual({
    messages: ['one', '', 'in three parts', long.slice(0, 200), long],
    isBetween: true,
  })
})

it('knows when a frame is under way', () => {
  expect(heard(frame(TEXT, 'one').subarray(0, 1)).isBetween).toBe(false)
  expect(heard(frame(TEXT, 'one').subarray(0, 4)).isBetween).toBe(false)
  expect(heard(Buffer.alloc(0)).isBetween).toBe(true)
})

it.each([
  ['compressed', { rsv: 0x40 }],
  ['masked', { masked: true }],
])('hears nothing more after a frame that is %s, for none was agreed on', (_, how) => {
  const bytes = Buffer.concat([frame(TEXT, 'one'), frame(TEXT, 'two', how), frame(TEXT, 'three')])
  expect(heard(bytes)).toEqual({ messages: ['one'], isBetween: false })
})

it('waits for what a length of 64 bits announces, and keeps nothing of it', () => {
  const endless = Buffer.from([0x82, 127, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff])
  expect(heard(Buffer.concat([frame(TEXT, 'one'), endless, frame(TEXT, 'two')])).messages).toEqual(['one'])
})

it('a close frame is one', () => {
  expect(closeFrame(1008, 'enough').toString('hex')).toBe(`880803f0${Buffer.from('enough').toString('hex')}`)
})
