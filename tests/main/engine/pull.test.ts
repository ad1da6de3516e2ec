import { Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { isImageName, withTag } from '../../../src/main/engine/image-name.ts'
import { followPull } from '../../../src/main/engine/pull.ts'
import type { Progress } from '../../../src/preload/shapes.ts'

async function follow(lines: readonly unknown[]): Promise<Progress[]> {
  const seen: Progress[] = []
  const text = lines.map((line) => `${JSON.stringify(line)}\r\n`).join('')
  // Cut in the middle of lines, as a network does.
  const chunks = text.match(/[\s\S]{1,7}/g) ?? []
  await followPull('some:1', Readable.from(chunks.map((chunk) => Buffer.from(chunk))), (p) => seen.push(p))
  return seen
}

const downloading = (id: string, current: number, total: number) => ({
  id,
  status: 'Downloading',
  progressDetail: { current, total },
})

describe('followPull', () => {
  it('sums bytes over layers, and says the total once it is the whole one', async () => {
    const seen = await follow([
      { id: '1', status: 'Pulling from library/some' },
      { id: 'a', status: 'Pulling fs layer' },
      { id: 'b', status: 'Pulling fs layer' },
      { id: 'c', status: 'Already exists' },
      downloading('a', 40, 100),
      downloading('b', 10, 50),
      { id: 'a', status: 'Download complete' },
      { id: 'b', status: 'Download complete' },
      { id: 'a', status: 'Extracting', progressDetail: { current: 5, total: 100 } },
      { id: 'a', status: 'Pull complete' },
    ])
    expect(seen[2]).toEqual({ text: 'Downloading some:1', unit: 'bytes', done: 40 })
    expect(seen[3]).toMatchObject({ done: 50, total: 150 })
    expect(seen[4]).toMatchObject({ done: 110, total: 150 })
    expect(seen.at(-1)).toEqual({ text: 'Unpacking some:1', unit: 'bytes', done: 150, total: 150 })
    const done = seen.map((progress) => progress.done)
    expect(done).toEqual(done.toSorted((a, b) => a - b))
  })

  it('throws an error that comes inside the stream', async () => {
    await expect(
      follow([
        downloading('a', 1, 2),
        { error: 'unexpected EOF', errorDetail: { message: 'unexpected EOF' } },
      ]),
    ).rejects.toThrow('unexpected EOF')
  })

  it('throws when the stream breaks', async () => {
    const stream = new Readable({ read() {} })
    const following = followPull('some:1', stream, () => {})
    stream.push('{"status":"Waiting","id":"a"}\n')
    stream.destroy(new Error('socket hang up'))
    await expect(following).rejects.toThrow('socket hang up')
  })
})

describe('image names', () => {
  it('get the tag Docker would take', () => {
    expect(withTag('debian')).toBe('debian:latest')
    expect(withTag('debian:12')).toBe('debian:12')
    expect(withTag('host:5000/debian')).toBe('host:5000/debian:latest')
    expect(withTag('debian@sha256:00')).toBe('debian@sha256:00')
  })

  it.each(['', 'a b', '../containers', 'a?x=1', 'a/../b', '-a'])('refuses %j', (name) => {
    expect(isImageName(name)).toBe(false)
  })
})
