import '../../../src/renderer/src/bridge/jitless.ts'

const { createTwin } = await import('./twin.ts')
window.berth = createTwin(new URLSearchParams(window.location.search).get('scenario') ?? 'busy')
await import('../../../src/renderer/src/main.tsx')
