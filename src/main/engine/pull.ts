import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { z } from 'zod'
import type { Progress } from '../../preload/shapes.ts'

/** One line of what the engine says during a pull (github.com/moby/moby, pkg/jsonmessage). */
const pullEvent = z.object({
  id: z.string().optional(),
  status: z.string().optional(),
  progressDetail: z.object({ current: z.number().optional(), total: z.number().optional() }).optional(),
  error: z.string().optional(),
})
type PullEvent = z.infer<typeof pullEvent>

interface Layer {
  readonly done: number
  /** Bytes; unknown until the layer's download begins. */
  readonly total: number | undefined
  readonly unpacked: boolean
}

const WAITING: Layer = { done: 0, total: undefined, unpacked: false }

function nextLayer(layer: Layer, { status, progressDetail }: PullEvent): Layer | undefined {
  switch (status) {
    case 'Pulling fs layer':
    case 'Waiting':
      return layer
    case 'Downloading':
      return {
        ...layer,
        done: progressDetail?.current ?? layer.done,
        total: progressDetail?.total ?? layer.total,
      }
    case 'Verifying Checksum':
    case 'Download complete':
    case 'Extracting':
      return { ...layer, done: layer.total ?? layer.done }
    case 'Pull complete':
      return { ...layer, done: layer.total ?? layer.done, unpacked: true }
    default:
      // 'Already exists' and the words about the whole image: no bytes to count.
      return undefined
  }
}

function summed(image: string, layers: readonly Layer[]): Progress {
  const done = layers.reduce((sum, layer) => sum + layer.done, 0)
  // The total is only said once it is the whole one, so that a bar never runs backwards.
  const known = layers.every((layer) => layer.total !== undefined || layer.unpacked)
  const total = layers.reduce((sum, layer) => sum + (layer.total ?? layer.done), 0)
  const text = known && done === total ? `Unpacking ${image}` : `Downloading ${image}`
  return { text, unit: 'bytes', done, ...(known ? { total } : {}) }
}

/**
 * Reads a pull to its end and tells its progress in bytes, summed over the layers. The engine answers 200 before it
 * begins, so an error comes as a line of the stream: it is thrown.
 */
export async function followPull(
  image: string,
  stream: Readable,
  onProgress: (progress: Progress) => void,
): Promise<void> {
  const layers = new Map<string, Layer>()
  const lines = createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY })
  const broken = new Promise<never>((_, reject) => stream.once('error', reject))
  const read = async (): Promise<void> => {
    for await (const line of lines) {
      if (line.trim() === '') continue
      const event = pullEvent.parse(JSON.parse(line))
      if (event.error !== undefined) throw new Error(event.error)
      if (event.id === undefined) continue
      const layer = nextLayer(layers.get(event.id) ?? WAITING, event)
      if (layer === undefined) continue
      layers.set(event.id, layer)
      onProgress(summed(image, [...layers.values()]))
    }
  }
  await Promise.race([read(), broken])
}
