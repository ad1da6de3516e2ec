#!/usr/bin/env node
import { createProcessIo } from './cli/process-io.ts'
import { runHere } from './command.ts'

/** The `berth` command on plain Node. The built file stands in `out/main`. */
const code = await runHere(process.argv.slice(2), { outDir: import.meta.dirname, io: createProcessIo() })
// Nothing is left to do; a socket of a library that lingers must not keep the terminal.
process.exit(code)
