import { Menu, type MenuItemConstructorOptions } from 'electron'
import type { Destination } from '../../preload/shapes.ts'

/** The application menu. Its edit roles are what makes copy and paste work on macOS. */
export function appMenu(deps: {
  readonly platform: NodeJS.Platform
  readonly packaged: boolean
  readonly go: (to: Destination) => void
}): MenuItemConstructorOptions[] {
  const mac = deps.platform === 'darwin'
  const developing: MenuItemConstructorOptions[] = deps.packaged
    ? []
    : [{ role: 'reload' }, { role: 'toggleDevTools' }, { type: 'separator' }]
  return [
    ...(mac ? [{ role: 'appMenu' as const }] : []),
    {
      label: 'File',
      submenu: [
        { label: 'New project…', accelerator: 'CmdOrCtrl+N', click: () => deps.go({ page: 'new-project' }) },
        { label: 'Providers', click: () => deps.go({ page: 'providers' }) },
        { type: 'separator' },
        mac ? { role: 'close' } : { role: 'quit' },
      ],
    },
    { role: 'editMenu' },
    {
      label: 'View',
      submenu: [
        ...developing,
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        { type: 'separator' },
        { role: 'togglefullscreen' },
      ],
    },
    { role: 'windowMenu' },
  ]
}

export function setAppMenu(deps: Parameters<typeof appMenu>[0]): void {
  Menu.setApplicationMenu(Menu.buildFromTemplate(appMenu(deps)))
}
