import type { Permission } from '../../preload/conversation.ts'
import type { Context } from './context.ts'
import { plain } from './io.ts'
import type { Link } from './link.ts'

type Answer = 'once' | 'always' | 'reject'

async function askUser({ io }: Context, { kind, title, patterns }: Permission): Promise<Answer> {
  const what = [title, ...patterns.filter((pattern) => pattern !== title)]
    .map((line) => `  ${line}`)
    .join('\n')
  const question = `\nOpenCode asks to use ${kind}:\n${what}\nAllow it? [y]es, [a]lways, [N]o `
  const said = (await io.ask(plain(question))).trim().toLowerCase()
  if (said === 'y' || said === 'yes') return 'once'
  return said === 'a' || said === 'always' ? 'always' : 'reject'
}

/**
 * Answers what OpenCode asks during a prompt: by asking the user on a terminal, with yes by `--allow`, else with no.
 */
export function createPermissions(
  context: Context,
  link: Link,
  { projectId, allow }: { readonly projectId: string; readonly allow: boolean },
): { take(permission: Permission): void; refused(): boolean } {
  const seen = new Set<string>()
  let refused = false
  let turn: Promise<void> = Promise.resolve()

  async function decide(permission: Permission): Promise<Answer> {
    if (allow) return 'once'
    if (context.io.interactive && !context.json) return askUser(context, permission)
    refused = true
    context.say(
      `OpenCode asked to use ${permission.kind} (${permission.title}), and it was refused: nobody can be asked here.`,
    )
    return 'reject'
  }
  async function answer(permission: Permission): Promise<void> {
    const { id: permissionId, sessionId } = permission
    await link.call('conversation.answerPermission', {
      projectId,
      sessionId,
      permissionId,
      answer: await decide(permission),
    })
  }

  return {
    take(permission) {
      if (seen.has(permission.id)) return
      seen.add(permission.id)
      // One question at a time. One that was answered elsewhere meanwhile is no failure.
      turn = turn.then(() => answer(permission)).catch(() => undefined)
    },
    refused: () => refused,
  }
}
