// Not TypeScript: what reads that takes some 30 MB of every process it is loaded into.
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/**
 * What is reachable, heap and buffers: collects everything else first.
 * @returns {number} bytes
 */
function live() {
  setFlagsFromString('--expose-gc')
  runInNewContext('gc')()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

/** Loaded before each server, whoever wrote it: tells what it has used so far, and what it holds, when asked. */
process.on('message', (message) => {
  if (message === 'usage') {
    const { user, system } = process.cpuUsage()
    process.send?.({ usage: { cpuMicros: user + system, rss: process.memoryUsage.rss() } })
  }
  if (message === 'live') process.send?.({ live: live() })
})
// Listening to its parent must not keep a server alive, but its parent's end must end it.
process.once('disconnect', () => process.exit(0))
