/**
 * Takes a picture of every screen in both sizes and both themes, and tries each with axe.
 * Usage: node tests/renderer/twin/shots.mjs [folder] [part of a screen's name] [width] (after `vite build -c vite.config.ts`)
 */
import { mkdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { extname, join, normalize } from 'node:path'
import AxeBuilder from '@axe-core/playwright'
import { chromium } from '@playwright/test'
import { screens } from './screens.mjs'

const root = process.env.BERTH_TWIN ?? join(import.meta.dirname, '../../../out/twin')
const folder = process.argv[2] ?? join(tmpdir(), 'berth-ui-shots')
const wanted = process.argv[3] ?? ''
const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' }
const SIZES = [
  { width: 1280, height: 800 },
  { width: 900, height: 600 },
].filter(({ width }) => process.argv[4] === undefined || String(width) === process.argv[4])

const server = createServer((request, response) => {
  const path = normalize(new URL(request.url, 'http://localhost').pathname)
  try {
    const body = readFileSync(join(root, path === '/' ? 'index.html' : path))
    response.writeHead(200, { 'content-type': TYPES[extname(path)] ?? 'text/html' }).end(body)
  } catch {
    response.writeHead(404).end()
  }
})
await new Promise((done) => server.listen(0, '127.0.0.1', done))
const origin = `http://127.0.0.1:${server.address().port}`
mkdirSync(folder, { recursive: true })

const browser = await chromium.launch({
  executablePath: process.env.BERTH_CHROMIUM ?? '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--headless',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
})
let faults = 0
for (const size of SIZES) for (const colorScheme of ['light', 'dark']) await lookAtAll(size, colorScheme)
await browser.close()
server.close()
console.log(faults === 0 ? 'axe found nothing serious' : `${faults} faults`)
process.exitCode = faults === 0 ? 0 : 1

async function lookAtAll(size, colorScheme) {
  const context = await browser.newContext({ viewport: size, colorScheme })
  for (const screen of screens.filter((one) => one.name.includes(wanted))) {
    const page = await context.newPage()
    const label = `${screen.name}-${size.width}-${colorScheme}`
    page.on('console', (line) => line.type() === 'error' && note(label, line.text()))
    page.on('pageerror', (error) => note(label, error.message))
    try {
      await page.goto(`${origin}/?scenario=${screen.scenario}&shot=${screen.name}${screen.hash ?? ''}`)
      await page.waitForTimeout(450)
      await screen.act?.(page)
      await page.waitForTimeout(350)
      await page.screenshot({ path: join(folder, `${label}.png`) })
      await tryAxe(page, label)
      await page.evaluate(() => {
        localStorage.clear()
        sessionStorage.clear()
      })
    } catch (error) {
      note(label, error.message.split('\n')[0])
    }
    await page.close()
  }
  await context.close()
}

async function tryAxe(page, label) {
  const { violations } = await new AxeBuilder({ page }).analyze()
  for (const violation of violations) {
    const grave = violation.impact === 'serious' || violation.impact === 'critical'
    const where = violation.nodes
      .slice(0, 3)
      .map((node) => `${node.html.slice(0, 160)} ${node.any[0]?.message ?? ''}`)
    const text = `${violation.impact} ${violation.id}: ${where.join(' || ')}`
    if (grave) note(label, text)
    else console.log('minor', label, text)
  }
}

function note(label, text) {
  faults += 1
  console.log('FAULT', label, text)
}
