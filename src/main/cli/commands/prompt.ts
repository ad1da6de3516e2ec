import { randomBytes } from 'node:crypto'
import type { Command } from 'commander'
import { BerthError } from '../../errors.ts'
import { createAnswer } from '../answer.ts'
import type { Context } from '../context.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import type { Link } from '../link.ts'
import { findProject } from '../names.ts'
import { createPermissions } from '../permissions.ts'
import type { Bind } from '../program.ts'
import { isUp, startAndWait } from './start.ts'

interface PromptOptions {
  readonly new?: boolean
  readonly session?: string
  readonly allow?: boolean
}

async function promptText({ io }: Context, text: string | undefined): Promise<string> {
  if (text !== undefined && text !== '-') return text
  if (text === undefined && io.interactive) {
    throw new BerthError('bad_request', 'Say what to ask: berth prompt <project> "…", or pipe it in.')
  }
  const piped = (await io.rest()).trim()
  if (piped !== '') return piped
  throw new BerthError('bad_request', 'Standard input is empty, so there is no prompt to send.')
}

async function sessionFor(
  link: Link,
  projectId: string,
  options: PromptOptions,
): Promise<string | undefined> {
  if (options.new !== true) return options.session
  return (await link.call('conversation.newSession', { projectId })).id
}

async function prompt(
  context: Context,
  name: string,
  given: string | undefined,
  options: PromptOptions,
): Promise<ExitCode> {
  const text = await promptText(context, given)
  const link = await context.openVault('all')
  const found = await findProject(link, name)
  if (!isUp(found)) {
    context.say(
      link.alone ? `No Berth runs, so ${found.name} runs until it has answered.` : `Starting ${found.name}.`,
    )
  }
  const { id: projectId } = await startAndWait(context, link, found)
  const permissions = createPermissions(context, link, { projectId, allow: options.allow === true })
  const answer = createAnswer(context, link, { projectId, onPermission: permissions.take })
  await answer.listen()
  const sessionId = await sessionFor(link, projectId, options)
  const requestId = randomBytes(12).toString('hex')
  const sent = await link.call('conversation.send', {
    projectId,
    text,
    requestId,
    ...(sessionId === undefined ? {} : { sessionId }),
  })
  let over = false
  context.atEnd(async () => {
    // Interrupted: nobody waits for the rest of the answer.
    if (!over) await link.call('conversation.stop', { projectId, sessionId: sent.sessionId })
  })
  const end = await answer.follow(sent)
  over = true
  if (end.problem !== undefined) {
    throw new BerthError(end.problem.code, end.problem.message)
  }
  return permissions.refused() ? EXIT.refused : EXIT.ok
}

export function addPromptCommand(program: Command, bind: Bind): void {
  program
    .command('prompt')
    .description("ask a project's OpenCode, and print its answer as it is written")
    .argument('<project>', 'name or id')
    .argument('[text]', 'absent or -: standard input')
    .option('--new', 'in a new conversation')
    .option('--session <id>', 'in this conversation; absent: in the newest one')
    .option('--allow', 'give every permission OpenCode asks for, once each')
    .action(bind(prompt))
}
