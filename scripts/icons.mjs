// Renders resources/icon.svg and resources/tray/tray.svg to the PNG files beside them, in Chromium:
//   node scripts/icons.mjs
import { readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { chromium } from '@playwright/test'

const resources = resolve(import.meta.dirname, '..', 'resources')
const app = readFileSync(join(resources, 'icon.svg'), 'utf8')
const tray = readFileSync(join(resources, 'tray', 'tray.svg'), 'utf8')

/** @type {{ file: string, svg: string, size: number, color?: string }[]} */
const icons = [
  { file: 'icon.png', svg: app, size: 1024 },
  { file: 'icons/512x512.png', svg: app, size: 512 },
  { file: 'icons/256x256.png', svg: app, size: 256 },
  // macOS colours a template image itself; the others are for light and dark panels.
  { file: 'tray/trayTemplate.png', svg: tray, size: 16, color: '#000' },
  { file: 'tray/trayTemplate@2x.png', svg: tray, size: 32, color: '#000' },
  { file: 'tray/tray-dark.png', svg: tray, size: 16, color: '#1b2426' },
  { file: 'tray/tray-dark@2x.png', svg: tray, size: 32, color: '#1b2426' },
  { file: 'tray/tray-light.png', svg: tray, size: 16, color: '#f2f6f6' },
  { file: 'tray/tray-light@2x.png', svg: tray, size: 32, color: '#f2f6f6' },
]

const browser = await chromium.launch({
  executablePath: process.env.BERTH_CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu'],
})
const page = await browser.newPage()
for (const { file, svg, size, color = '#000' } of icons) {
  await page.setViewportSize({ width: size, height: size })
  await page.setContent(
    `<style>body{margin:0;color:${color}}svg{display:block;width:${size}px;height:${size}px}</style>${svg}`,
  )
  writeFileSync(join(resources, file), await page.screenshot({ omitBackground: true }))
}
await browser.close()
