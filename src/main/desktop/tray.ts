import { join } from 'node:path'
import { Menu, nativeImage, nativeTheme, Tray } from 'electron'
import { type TrayActions, type TraySnapshot, trayMenu, trayTooltip } from './tray-menu.ts'

export interface AppTray {
  /** Shows what is known now. */
  update(snapshot: TraySnapshot): void
  close(): void
}

/** macOS colours a template image itself; elsewhere the icon is chosen for the panel's colour. */
function iconPath(resourcesDir: string): string {
  const name =
    process.platform === 'darwin'
      ? 'trayTemplate.png'
      : nativeTheme.shouldUseDarkColors
        ? 'tray-light.png'
        : 'tray-dark.png'
  return join(resourcesDir, 'tray', name)
}

/** Puts Berth into the tray with a menu that is complete from the first moment. */
export function createTray(resourcesDir: string, actions: TrayActions): AppTray {
  const icon = () => nativeImage.createFromPath(iconPath(resourcesDir))
  const tray = new Tray(icon())
  const update = (snapshot: TraySnapshot) => {
    tray.setContextMenu(Menu.buildFromTemplate(trayMenu(snapshot, actions)))
    tray.setToolTip(trayTooltip(snapshot))
  }
  const recolour = () => tray.setImage(icon())
  nativeTheme.on('updated', recolour)
  // On macOS and Windows a click shows the menu or the window by the system's habit; Linux sends a plain click.
  tray.on('click', () => {
    if (process.platform !== 'darwin') actions.open()
  })
  update({})
  return {
    update,
    close: () => {
      nativeTheme.off('updated', recolour)
      tray.destroy()
    },
  }
}
