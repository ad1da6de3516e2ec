import { chmodSync, lstatSync, rmdirSync, rmSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { dirname } from 'node:path'
import { BerthError, systemCode } from '../errors.ts'
import type { Log } from '../log/log.ts'
import type { Dispatch } from '../rpc/dispatch.ts'
import type { Events } from '../rpc/events.ts'
import { serveConnection } from './connection.ts'
import { makeFolder, type SocketPlace, socketPaths } from './socket-path.ts'

export interface CommandServerOptions {
  readonly dataDir: string
  readonly version: string
  readonly dispatch: Dispatch
  readonly events: Events
  readonly log: Log
  /** For tests. */
  readonly place?: SocketPlace
  readonly maxLineBytes?: number
}

/** Berth's side of the `berth` command. */
export interface CommandServer {
  /** The socket's path, or the pipe's name. */
  readonly path: string
  /** Ends every connection once its answers are out, and removes the socket. */
  close(): Promise<void>
}

/** How long calls under way may take once Berth is quitting. */
const CLOSE_MS = 2_000

/** The caller holds the folder's instance lock, so a socket that is still there was left by a crash. */
function removeStale(path: string): void {
  const found = lstatSync(path, { throwIfNoEntry: false })
  if (found === undefined) return
  if (!found.isSocket()) {
    throw new BerthError('conflict', `${path} is in the way of the berth command's socket. Move it away.`)
  }
  rmSync(path)
}

function listenAt(server: Server, path: string): Promise<void> {
  return new Promise((done, fail) => {
    server.once('error', fail)
    server.listen(path, () => {
      server.off('error', fail)
      done()
    })
  })
}

/** Listens at the first path that can be had. */
async function listen(server: Server, paths: readonly string[], isPipe: boolean): Promise<string> {
  let failed: unknown
  for (const path of paths) {
    try {
      if (!isPipe) {
        makeFolder(path)
        removeStale(path)
      }
      await listenAt(server, path)
      if (!isPipe) chmodSync(path, 0o600)
      return path
    } catch (error) {
      failed = error
    }
  }
  if (failed instanceof BerthError) throw failed
  throw new BerthError(
    'internal',
    `No socket can be made for the berth command (${systemCode(failed) ?? 'no path is short enough'}). Berth goes on without it.`,
    { cause: failed },
  )
}

function removeSocket(path: string): void {
  rmSync(path, { force: true })
  try {
    rmdirSync(dirname(path))
  } catch {
    // Not empty: then it stays.
  }
}

/**
 * Serves the contract to the `berth` command on a socket that this user alone can open. To be called by who holds the
 * data folder's instance lock. Throws when no socket can be made.
 */
export async function createCommandServer(options: CommandServerOptions): Promise<CommandServer> {
  const isPipe = (options.place?.platform ?? process.platform) === 'win32'
  const open = new Map<Socket, { finish(): Promise<void> }>()
  const server = createServer((socket) => {
    socket.once('close', () => open.delete(socket))
    open.set(socket, serveConnection(socket, options))
  })
  const path = await listen(server, socketPaths(options.dataDir, options.place), isPipe)
  server.on('error', (err) => options.log.error({ err }, "the berth command's socket failed"))
  return {
    path,
    async close() {
      const closed = new Promise<void>((done) => server.close(() => done()))
      const late = setTimeout(() => {
        for (const socket of open.keys()) socket.destroy()
      }, CLOSE_MS)
      await Promise.all([...open.values()].map((connection) => connection.finish()))
      await closed
      clearTimeout(late)
      if (!isPipe) removeSocket(path)
    },
  }
}
