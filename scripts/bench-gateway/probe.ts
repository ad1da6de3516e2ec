/** Loaded before each server, whoever wrote it: tells what it has used so far, when asked. */
process.on('message', (message) => {
  if (message !== 'usage') return
  const { user, system } = process.cpuUsage()
  process.send?.({ usage: { cpuMicros: user + system, rss: process.memoryUsage.rss() } })
})
// Listening to its parent must not keep a server alive, but its parent's end must end it.
process.once('disconnect', () => process.exit(0))
