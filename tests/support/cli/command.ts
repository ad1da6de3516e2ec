import { join, resolve } from 'node:path'
import { createProcessIo } from '../../../src/main/cli/process-io.ts'
import { runHere } from '../../../src/main/command.ts'
import { createFileKeychain } from '../vault/file-keychain.ts'

/** The `berth` command as `src/main/berth.ts` runs it, with a keychain in files that every process of a test shares. */
const keychain = createFileKeychain(join(String(process.env.BERTH_DATA_DIR), '..', 'keychain'))
process.exit(
  await runHere(process.argv.slice(2), {
    // Resources are two folders up from where the built file stands.
    outDir: resolve(import.meta.dirname, '../../../out/main'),
    io: createProcessIo(),
    keychainFor: keychain.keychainFor,
  }),
)
