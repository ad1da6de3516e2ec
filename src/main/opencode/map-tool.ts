import type { Part } from '../../preload/conversation.ts'
import { fromFolder } from './paths.ts'
import type { WireToolPart } from './wire.ts'

type ToolPart = Extract<Part, { type: 'tool' }>

/** What is shown of a tool's output, input or diff at most, in bytes of UTF-8. */
const MAX_BYTES = 100 * 1024

/** Cuts on a character's border and says how much is missing. */
export function cut(text: string): string {
  if (text.length * 3 <= MAX_BYTES) return text
  const bytes = Buffer.from(text)
  if (bytes.length <= MAX_BYTES) return text
  const kept = new TextDecoder().decode(bytes.subarray(0, MAX_BYTES), { stream: true })
  return `${kept}\n… ${bytes.length - MAX_BYTES} more bytes are not shown`
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** One line that says what the tool is used on. Input names are those of OpenCode's built-in tools (1.18.33). */
export function toolTitle(tool: WireToolPart, directory: string): string {
  const { input, title } = tool.state
  const path = text(input.filePath) ?? text(input.path)
  const line =
    text(input.command) ??
    text(input.pattern) ??
    (path === undefined ? undefined : fromFolder(path, directory)) ??
    text(input.url) ??
    text(input.query) ??
    text(input.description) ??
    (tool.tool === 'invalid' ? text(input.error) : undefined) ??
    title ??
    tool.tool
  return line.split('\n')[0]?.trim() ?? tool.tool
}

/** `Index:` lines and rulers are how OpenCode's diff library opens a patch; no view needs them. */
function diffOf(metadata: Readonly<Record<string, unknown>> | undefined): string | undefined {
  const diff = text(metadata?.diff)
  return diff === undefined ? undefined : cut(diff.replace(/^Index: .*\n=+\n/gm, ''))
}

function outputOf(state: WireToolPart['state']): string | undefined {
  const output = state.status === 'error' ? state.error : (state.output ?? text(state.metadata?.output))
  return output === undefined ? undefined : cut(output)
}

function duration(state: WireToolPart['state']): number | undefined {
  return state.time?.end === undefined ? undefined : state.time.end - state.time.start
}

/** A tool call as a view shows it. `directory` is the folder OpenCode works in. */
export function toolPart(tool: WireToolPart, directory: string): ToolPart {
  const output = outputOf(tool.state)
  const diff = diffOf(tool.state.metadata)
  const durationMs = duration(tool.state)
  return {
    id: tool.id,
    messageId: tool.messageID,
    type: 'tool',
    tool: tool.tool,
    title: toolTitle(tool, directory),
    state: tool.state.status,
    input: cut(JSON.stringify(tool.state.input)),
    ...(output === undefined ? {} : { output }),
    ...(diff === undefined ? {} : { diff }),
    ...(durationMs === undefined ? {} : { durationMs }),
  }
}
