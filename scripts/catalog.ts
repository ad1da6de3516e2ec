// `npm run catalog [-- <opencode binary>]`: rebuilds resources/catalog.json from a real OpenCode server.
import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { askOpenCode } from './catalog/ask-opencode.ts'
import { findOpenCode } from './catalog/find-opencode.ts'
import { formatSnapshot, toSnapshot } from './catalog/shape.ts'

const target = resolve(import.meta.dirname, '../resources/catalog.json')
const binary = await findOpenCode(process.argv[2] ?? process.env.BERTH_OPENCODE_BINARY)
const snapshot = toSnapshot(await askOpenCode(binary))
const text = formatSnapshot(snapshot)
writeFileSync(target, text)
const models = Object.values(snapshot.providers).reduce(
  (sum, { models }) => sum + Object.keys(models).length,
  0,
)
console.log(
  `${target}: OpenCode ${snapshot.openCodeVersion}, ${Object.keys(snapshot.providers).length} providers, ${models} models, ${Math.round(text.length / 1024)} KiB`,
)
