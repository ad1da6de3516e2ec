import {
  Anchor,
  ClipboardPaste,
  Database,
  FileKey,
  type LucideIcon,
  Route,
  SquareTerminal,
  Users,
  Variable,
} from 'lucide-react'
import type { ImportKind } from '../../../../preload/imports.ts'

const ICONS: Readonly<Record<ImportKind, LucideIcon>> = {
  opencode: SquareTerminal,
  'env-file': FileKey,
  environment: Variable,
  doce: Database,
  'anthropic-accounts': Users,
  'claude-code-router': Route,
  keys: ClipboardPaste,
  berth: Anchor,
}

export function SourceIcon({ kind }: { readonly kind: ImportKind }) {
  const Icon = ICONS[kind]
  return (
    <span className="flex size-8 shrink-0 items-center justify-center rounded-sm border border-line bg-sunken text-muted">
      <Icon size={16} strokeWidth={1.75} aria-hidden="true" />
    </span>
  )
}
