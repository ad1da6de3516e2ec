import type { Notice } from '../preload/shapes.ts'
import { type CommandServer, type CommandServerOptions, createCommandServer } from './cli/server.ts'
import { toFailure } from './errors.ts'

/** Serves the `berth` command; undefined, with a log line and a notice, when it cannot be: Berth goes on without. */
export async function serveCommands(
  options: CommandServerOptions & { notify(notice: Omit<Notice, 'id'>): void },
): Promise<CommandServer | undefined> {
  try {
    return await createCommandServer(options)
  } catch (error) {
    options.log.error({ err: error }, 'the berth command is not served')
    options.notify({ level: 'warning', text: toFailure(error).message })
    return undefined
  }
}
