import { Unplug } from 'lucide-react'
import { useTitle } from '../../lib/hooks.ts'
import { GatePage } from './gate-page.tsx'

export function SignedOutPage() {
  useTitle('Signed out')
  return (
    <GatePage
      icon={<Unplug size={20} strokeWidth={1.75} />}
      title="This page is not signed in to Berth any more"
    >
      <p>
        Berth was started anew, or this browser's login has ended. Open the address that Berth has written in
        its terminal again; it signs this browser in.
      </p>
      <p className="mt-2 text-muted">Nothing is lost: projects go on, and drafts are kept in this browser.</p>
    </GatePage>
  )
}
