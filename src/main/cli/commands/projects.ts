import { once } from 'node:events'
import { type Command, InvalidArgumentError } from 'commander'
import type { LogLine, Project } from '../../../preload/shapes.ts'
import type { Context } from '../context.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { ago, plain } from '../io.ts'
import { findProject } from '../names.ts'
import { openAddress } from '../open-address.ts'
import type { Bind } from '../program.ts'
import { startAndWait } from './start.ts'

function words(context: Context, projects: readonly Project[]): string {
  if (projects.length === 0) return 'There is no project yet. Make one in the window.\n'
  return context.table(
    ['PROJECT', 'STATE', 'MODEL', 'RUNS ON', 'LAST ACTIVITY', 'FOLDER', 'ID'],
    projects.map((one) => [
      one.name,
      one.problem === undefined ? one.state : `${one.state}: ${one.problem.message}`,
      `${one.providerId}/${one.modelId}`,
      `${one.image ?? one.runtime}${one.delivery === 'direct' ? ', real key' : ''}`,
      ago(one.lastActivityAt),
      one.folder,
      one.id,
    ]),
  )
}

async function list(context: Context): Promise<undefined> {
  const link = await context.link('nothing')
  context.show(await link.call('projects.list', {}), (projects) => words(context, projects))
  return undefined
}

async function start(context: Context, name: string): Promise<ExitCode> {
  const link = await context.openVault('all')
  const project = await startAndWait(context, link, await findProject(link, name))
  context.show(project, ({ name: called }) => `${called} is running.\n`)
  if (!link.alone) return EXIT.ok
  context.say('No Berth runs, so this command serves the project. Ctrl-C stops both.')
  if (!context.io.interrupted.aborted) await once(context.io.interrupted, 'abort')
  return EXIT.ok
}

async function stop(context: Context, name: string): Promise<ExitCode> {
  const link = await context.link('all')
  const project = await findProject(link, name)
  const stopped = await link.call('projects.stop', { projectId: project.id })
  context.show(stopped, () => `${project.name} is stopped.\n`)
  return EXIT.ok
}

async function open(context: Context, name: string): Promise<ExitCode> {
  const link = await context.link('nothing')
  const project = await findProject(link, name)
  const shown = await link.call('app.open', { to: { page: 'project', projectId: project.id } })
  if (shown.url !== undefined && !context.json) openAddress(shown.url, context.env)
  context.show(shown, ({ url }) =>
    url === undefined ? `${project.name} is shown in Berth's window.\n` : `${project.name} is at ${url}\n`,
  )
  return EXIT.ok
}

function lineWords({ at, stream, text }: LogLine): string {
  const mark = stream === 'berth' ? 'berth: ' : ''
  return `${new Date(at).toISOString()} ${mark}${plain(text)}\n`
}

async function logs(
  context: Context,
  name: string,
  options: { tail: number; follow?: boolean },
): Promise<ExitCode> {
  const link = await context.link('nothing')
  const { id: projectId } = await findProject(link, name)
  const follows = options.follow === true
  const late: LogLine[] = []
  const show = (line: LogLine) => context.io.out(context.json ? `${JSON.stringify(line)}\n` : lineWords(line))
  let print = (line: LogLine): void => void late.push(line)
  if (follows) {
    await link.listen(['project.log'], (event) => {
      if (event.name !== 'project.log' || event.payload.projectId !== projectId) return
      for (const line of event.payload.lines) print(line)
    })
  }
  const lines = await link.call('projects.logs', { projectId, tail: options.tail })
  if (!follows) {
    context.show(lines, (all) => all.map(lineWords).join(''))
    return EXIT.ok
  }
  for (const line of lines) show(line)
  // What came while the log was read may be in it.
  const last = lines.at(-1)?.at ?? 0
  for (const line of late) if (line.at > last) show(line)
  print = show
  await Promise.race([link.gone, once(context.io.interrupted, 'abort')])
  return EXIT.ok
}

function parseTail(text: string): number {
  const count = Number(text)
  if (Number.isInteger(count) && count >= 1 && count <= 5000) return count
  throw new InvalidArgumentError('It is a number from 1 to 5000.')
}

export function addProjectCommands(program: Command, bind: Bind): void {
  const projects = program.command('projects').description('your projects')
  projects.command('list').description('list the projects').action(bind(list))
  projects
    .command('start')
    .description('start a project; without a running Berth, serve it until Ctrl-C')
    .argument('<project>', 'name or id')
    .action(bind(start))
  projects
    .command('stop')
    .description('stop a project')
    .argument('<project>', 'name or id')
    .action(bind(stop))
  projects
    .command('open')
    .description("show a project in Berth's window or in the browser")
    .argument('<project>', 'name or id')
    .action(bind(open))
  projects
    .command('logs')
    .description("print a project's log, oldest line first")
    .argument('<project>', 'name or id')
    .option('-n, --tail <lines>', 'the last so many', parseTail, 500)
    .option('-f, --follow', 'go on with new lines until Ctrl-C; with --json one line is one value')
    .action(bind(logs))
}
