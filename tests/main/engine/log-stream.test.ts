import { describe, expect, it } from 'vitest'
import { localAddresses } from '../../../src/main/engine/gateway-address.ts'
import { createLogParser } from '../../../src/main/engine/log-stream.ts'
import type { LogLine } from '../../../src/preload/shapes.ts'

function frame(stream: 1 | 2, text: string): Buffer {
  const content = Buffer.from(text)
  const header = Buffer.alloc(8)
  header[0] = stream
  header.writeUInt32BE(content.length, 4)
  return Buffer.concat([header, content])
}

function parse(bytes: Buffer, step: number): LogLine[] {
  const lines: LogLine[] = []
  const parser = createLogParser((line) => lines.push(line))
  for (let at = 0; at < bytes.length; at += step) parser.write(bytes.subarray(at, at + step))
  parser.end()
  return lines
}

describe('createLogParser', () => {
  const bytes = Buffer.concat([
    frame(1, '2026-11-20T18:29:00.250000000Z größer\n'),
    frame(2, '2026-11-20T18:29:01Z oops\n2026-11-20T18:29:02Z half '),
    frame(1, '2026-11-20T18:29:03Z between\n'),
    frame(2, 'a line'),
  ])

  it.each([1, 3, 8, 1000])('takes the streams apart, cut every %i bytes', (step) => {
    expect(parse(bytes, step)).toEqual([
      { at: Date.parse('2026-11-20T18:29:00.250Z'), stream: 'stdout', text: 'größer' },
      { at: Date.parse('2026-11-20T18:29:01Z'), stream: 'stderr', text: 'oops' },
      { at: Date.parse('2026-11-20T18:29:03Z'), stream: 'stdout', text: 'between' },
      { at: Date.parse('2026-11-20T18:29:02Z'), stream: 'stderr', text: 'half a line' },
    ])
  })

  it('keeps what looks like a credential out', () => {
    const line = parse(frame(1, '2026-11-20T18:29:00Z key sk-ant-api03-abcdefghijklmnop\n'), 100)[0]
    expect(line?.text).toBe('key [secret]')
  })
})

describe('localAddresses', () => {
  it('reads the addresses of this machine and not those of others', () => {
    const trie = [
      'Main:',
      '  +-- 0.0.0.0/0 3 0 5',
      '           |-- 172.17.0.1',
      '              /32 host LOCAL',
      '           |-- 172.17.255.255',
      '              /32 link BROADCAST',
    ].join('\n')
    expect(localAddresses(trie)).toEqual(['172.17.0.1'])
  })
})
