import type { Command } from 'commander'
import type { DoctorCheck } from '../../../preload/system.ts'
import type { Context } from '../context.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { paint, plain } from '../io.ts'
import type { Bind } from '../program.ts'

const MARKS = {
  ok: ['green', 'ok     '],
  failed: ['red', 'failed '],
  unknown: ['yellow', 'unknown'],
} as const

function words({ io }: Context, checks: readonly DoctorCheck[]): string {
  return checks
    .map(({ title, state, detail, mend }) => {
      const [style, mark] = MARKS[state]
      const advice = mend === undefined ? '' : `\n         To mend it: ${plain(mend)}`
      return `${paint(io, style, mark)}  ${title}: ${plain(detail)}${advice}\n`
    })
    .join('')
}

async function doctor(context: Context): Promise<ExitCode> {
  const link = await context.openVault('gateway')
  if (link.alone) context.say('No Berth runs, so this command brings up what it looks at.')
  const checks = await link.call('app.doctor', {})
  context.show(checks, (list) => words(context, list))
  return checks.some(({ state }) => state === 'failed') ? EXIT.failed : EXIT.ok
}

export function addDoctorCommand(program: Command, bind: Bind): void {
  program
    .command('doctor')
    .description('look at everything Berth needs, and say how to mend what is missing')
    .action(bind(doctor))
}
