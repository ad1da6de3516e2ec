import { useEffect } from 'react'
import { useGo, useImports } from '../../context.ts'
import { plural } from '../../lib/format.ts'
import { Button } from '../../ui/button.tsx'
import { sourceKind } from '../imports/import-sources.ts'

/** Keys that Berth can see are offered for import, never taken: one calm line. */
export function ImportOfferLine() {
  const offers = useImports((state) => state.offers)
  const loadOffers = useImports((state) => state.loadOffers)
  const go = useGo()
  useEffect(() => {
    void loadOffers()
  }, [loadOffers])
  if (offers.length === 0) return null
  const count = offers.reduce((sum, offer) => sum + offer.fresh, 0)
  const places = new Intl.ListFormat('en', { type: 'conjunction' }).format(
    offers.map((offer) => (offer.kind === 'environment' ? 'the environment' : sourceKind(offer.kind).title)),
  )
  return (
    <div className="appear mt-4 flex items-center gap-4 rounded-lg border border-line px-5 py-3">
      <div className="min-w-0 flex-1">
        <div className="font-medium">{plural(count, 'account')} can be brought in</div>
        <div className="text-muted">In {places}. None is taken before you choose.</div>
      </div>
      <Button size="sm" onClick={() => go({ page: 'import' })}>
        Have a look
      </Button>
    </div>
  )
}
