/** Hears the text messages of a server (RFC 6455 §5.2). */
export interface FrameListener {
  /** A part of a message. */
  onText(bytes: Buffer): void
  onEnd(): void
}

/** Reads along with the frames of a WebSocket. No more than a frame's header is kept. */
export interface FrameReader {
  push(chunk: Buffer): void
  /** True where one frame has ended and no other has begun. */
  isBetween(): boolean
}

/** What 16 and 64 bits of length take. A server's frames have no mask after that. */
const LONGER: Readonly<Record<number, number>> = { 126: 2, 127: 8 }
const LONGEST_HEADER = 10

const TEXT = 1
const FIRST_CONTROL = 8

interface Frame {
  readonly isControl: boolean
  readonly isLast: boolean
  readonly opcode: number
  /** Bytes that are still to come. */
  left: number
}

function frameOf(header: Buffer): Frame | undefined {
  const [first = 0, second = 0] = header
  // Neither without an agreed extension nor from a server (§5.1): these are no frames, or none that can be read.
  if ((first & 0x70) !== 0 || (second & 0x80) !== 0) return undefined
  const short = second & 0x7f
  const long = short === 126 ? header.readUInt16BE(2) : Number(header.readBigUInt64BE(2))
  const opcode = first & 0x0f
  return {
    opcode,
    isControl: opcode >= FIRST_CONTROL,
    isLast: (first & 0x80) !== 0,
    left: short < 126 ? short : long,
  }
}

/** A reader for what a server sends where no extension was agreed on. What is not as the RFC has it ends the reading. */
export function createFrameReader({ onText, onEnd }: FrameListener): FrameReader {
  const header = Buffer.alloc(LONGEST_HEADER)
  let filled = 0
  let frame: Frame | undefined
  /** The message that is under way is text; its frames after the first do not say so again. */
  let isText = false
  let isLost = false

  function begin(): void {
    frame = frameOf(header)
    filled = 0
    if (frame === undefined) isLost = true
    else if (!frame.isControl && frame.opcode !== 0) isText = frame.opcode === TEXT
  }

  function endIfOver(): void {
    if (frame === undefined || frame.left > 0) return
    const { isControl, isLast } = frame
    frame = undefined
    if (!isControl && isLast && isText) onEnd()
  }

  function readHeader(byte: number): void {
    header[filled] = byte
    filled += 1
    if (filled < 2) return
    const long = LONGER[(header[1] ?? 0) & 0x7f] ?? 0
    if (filled === 2 + long) begin()
  }

  return {
    push(chunk) {
      for (let at = 0; at < chunk.length && !isLost; ) {
        if (frame === undefined) {
          readHeader(chunk[at] ?? 0)
          at += 1
        } else {
          const end = Math.min(chunk.length, at + frame.left)
          if (isText && !frame.isControl) onText(chunk.subarray(at, end))
          frame.left -= end - at
          at = end
        }
        endIfOver()
      }
    },
    isBetween: () => frame === undefined && filled === 0 && !isLost,
  }
}

/** The frame by which a server ends a conversation (§5.5.1, codes in §7.4.1). The reason may have 123 bytes. */
export function closeFrame(code: number, reason: string): Buffer {
  const text = Buffer.from(reason)
  return Buffer.concat([Buffer.from([0x88, text.length + 2, code >> 8, code & 0xff]), text])
}
