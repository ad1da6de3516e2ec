import { useGo } from '../../context.ts'
import { Button } from '../../ui/button.tsx'

export function ImportButton() {
  const go = useGo()
  return <Button onClick={() => go({ page: 'import' })}>Import</Button>
}
