import { Check, Copy } from 'lucide-react'
import { useEffect, useState } from 'react'
import { IconButton } from './button.tsx'

export interface CopyButtonProps {
  readonly label?: string
  /** Asked for when pressed, so that long texts are made only then. */
  readonly text: () => string
  readonly className?: string
}

export function CopyButton({ label = 'Copy', text, className = '' }: CopyButtonProps) {
  const [copied, setCopied] = useState(false)
  useEffect(() => {
    if (!copied) return
    const timer = setTimeout(() => setCopied(false), 1500)
    return () => clearTimeout(timer)
  }, [copied])
  const copy = () =>
    navigator.clipboard.writeText(text()).then(
      () => setCopied(true),
      () => setCopied(false),
    )
  const Icon = copied ? Check : Copy
  return (
    <IconButton label={copied ? 'Copied' : label} className={className} onClick={() => void copy()}>
      <Icon size={14} strokeWidth={1.75} />
    </IconButton>
  )
}
