import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import type { BerthBridge } from '../../preload/contract.ts'
import { App } from './app.tsx'
import { followTheme } from './features/settings/theme.ts'
import { createStores, loadAll } from './stores.ts'
import './styles/app.css'

/** In the desktop window the preload script has made the bridge; a browser makes its own. */
async function findBridge(): Promise<BerthBridge> {
  if (window.berth !== undefined) return window.berth
  await import('./bridge/jitless.ts')
  const { createBrowserBridge } = await import('./bridge/browser-bridge.ts')
  return createBrowserBridge(window.location)
}

const root = document.getElementById('root')
if (root === null) throw new Error('the page has no #root')
const stores = createStores(await findBridge(), window)
followTheme(stores.ui, document.documentElement)
void loadAll(stores)
createRoot(root).render(
  <StrictMode>
    <App stores={stores} />
  </StrictMode>,
)
