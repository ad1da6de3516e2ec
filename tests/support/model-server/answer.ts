import type { ServerResponse } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import { anthropic } from './anthropic.ts'
import { faultBody } from './faults.ts'
import { gemini } from './gemini.ts'
import { openAiChat } from './openai-chat.ts'
import { openAiResponses } from './openai-responses.ts'
import { modelOf, wantsStream } from './request.ts'
import { tokens } from './sse.ts'
import type { Asked, Format, RecordedRequest, Reply, Step, Writer } from './types.ts'

const WRITERS: Record<Format, (asked: Asked) => Writer> = {
  'openai-chat': openAiChat,
  'openai-responses': openAiResponses,
  anthropic,
  gemini,
}

export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers })
  response.end(JSON.stringify(body))
}

type Fault = Extract<Step, { do: 'fault' }>

function sendFault(response: ServerResponse, format: Format, step: Fault): void {
  sendJson(response, step.status, faultBody(format, step.status, step.message), step.headers)
}

/** Resolves early, to be noticed by the caller, when the client has gone. */
async function unlessGone(response: ServerResponse, wait: Promise<unknown>): Promise<void> {
  const gone = Promise.withResolvers<void>()
  response.once('close', gone.resolve)
  await Promise.race([wait, gone.promise])
  response.off('close', gone.resolve)
}

async function streamText(
  response: ServerResponse,
  writer: Writer,
  step: Extract<Step, { do: 'text' }>,
): Promise<void> {
  for (const [at, chunk] of step.chunks.entries()) {
    if (at > 0 && step.delayMs > 0) await unlessGone(response, pause(step.delayMs))
    if (response.destroyed) return
    response.write(writer.text(chunk))
  }
}

async function stream(response: ServerResponse, writer: Writer, steps: readonly Step[]): Promise<void> {
  response.writeHead(200, { 'content-type': writer.contentType, 'cache-control': 'no-cache' })
  response.write(writer.begin())
  for (const step of steps) {
    if (response.destroyed) return
    switch (step.do) {
      case 'text':
        await streamText(response, writer, step)
        break
      case 'reasoning':
        response.write(writer.reasoning(step.text))
        break
      case 'tool':
        response.write(writer.tool(step.name, step.input))
        break
      case 'wait':
        await unlessGone(response, step.until)
        break
      case 'cut':
        // Written bytes shall leave first: a cut that overtakes them would be another fault than the one scripted.
        await new Promise((resolve) => response.write(':\n\n', resolve))
        response.destroy()
        return
      case 'error':
        response.end(writer.error(step.message))
        return
      case 'fault':
        throw new Error('a fault must be the first step of its reply, but for waits')
    }
  }
  response.end(writer.end())
}

async function whole(
  response: ServerResponse,
  format: Format,
  writer: Writer,
  steps: readonly Step[],
): Promise<void> {
  for (const step of steps) {
    if (response.destroyed) return
    if (step.do === 'wait') await unlessGone(response, step.until)
    else if (step.do === 'text') writer.text(step.chunks.join(''))
    else if (step.do === 'reasoning') writer.reasoning(step.text)
    else if (step.do === 'tool') writer.tool(step.name, step.input)
    else if (step.do === 'cut') {
      response.destroy()
      return
    } else if (step.do === 'error') {
      sendJson(response, 500, faultBody(format, 500, step.message))
      return
    }
  }
  if (!response.destroyed) sendJson(response, 200, writer.whole())
}

/** Plays a reply in the request's own format, streamed or whole as the request asks. */
export async function answer(
  request: RecordedRequest & { readonly format: Format },
  reply: Reply,
  response: ServerResponse,
  serial: number,
): Promise<void> {
  const steps: Step[] = Array.isArray(reply) ? [...reply] : [reply as Step]
  // Waits before a fault hold the status line back, as a slow vendor does.
  while (steps[0]?.do === 'wait' && steps.slice(1).find((step) => step.do !== 'wait')?.do === 'fault') {
    await unlessGone(response, steps[0].until)
    steps.shift()
  }
  if (response.destroyed) return
  const first = steps[0]
  if (first?.do === 'fault') {
    sendFault(response, request.format, first)
    return
  }
  const writer = WRITERS[request.format]({
    model: modelOf(request),
    inputTokens: tokens(request.body),
    serial,
  })
  if (wantsStream(request)) await stream(response, writer, steps)
  else await whole(response, request.format, writer, steps)
}
