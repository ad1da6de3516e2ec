import { resolve } from 'node:path'
import packageJson from '../../package.json' with { type: 'json' }
import type { Io } from './cli/io.ts'
import { runCommand } from './cli/run.ts'
import { defaultCacheDir, defaultDataDir } from './data-dir.ts'
import type { Keychain } from './vault/types.ts'

/** `node:sqlite` without a flag, and what else Berth uses of Node. */
const NODE_NEEDED = 24

/**
 * The word that makes the packaged app a command instead of a window; its launcher, `resources/bin/berth`, puts it
 * first. No word of the command itself, so that no file or link that the system hands to the app is taken for one.
 */
const COMMAND_WORD = '--berth-command'

/**
 * The command's arguments among those the app was started with, or undefined when it is to open its window. Only
 * Chromium's own options may stand before the word.
 * @param isDefaultApp whether Electron was given the app's folder as its first argument, as while developing
 */
export function commandArguments(argv: readonly string[], isDefaultApp: boolean): string[] | undefined {
  const given = argv.slice(isDefaultApp ? 2 : 1)
  const at = given.indexOf(COMMAND_WORD)
  const isFirst = at !== -1 && given.slice(0, at).every((word) => word.startsWith('--'))
  return isFirst ? given.slice(at + 1) : undefined
}

export interface HereOptions {
  /** Where the built main side stands. */
  readonly outDir: string
  readonly io: Io
  /** For tests, in the system keychain's place. */
  readonly keychainFor?: (vaultId: string) => Keychain
}

/** Runs the `berth` command in this process. Answers with the exit code; what comes after is the caller's. */
export async function runHere(
  args: readonly string[],
  { outDir, io, keychainFor }: HereOptions,
): Promise<number> {
  const version = Number(process.versions.node.split('.')[0])
  if (version < NODE_NEEDED) {
    io.err(
      `berth: It needs Node ${NODE_NEEDED} or newer, and this is ${process.version}. In Berth's folder, npm run berth has it.\n`,
    )
    return 1
  }
  const dataDir = defaultDataDir()
  return runCommand(args, {
    version: packageJson.version,
    io,
    env: process.env,
    dataDir,
    async openApp(reach) {
      // Loaded only here: most commands talk to a Berth that runs, and are done before all of it is read.
      const { createApp } = await import('./app.ts')
      return createApp({
        dataDir,
        cacheDir: defaultCacheDir(),
        resourcesDir: resolve(outDir, '..', '..', 'resources'),
        surface: 'command',
        reach,
        ...(keychainFor === undefined ? {} : { keychainFor }),
      })
    },
  })
}
