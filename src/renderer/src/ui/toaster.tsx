import { Toaster as Sonner, useSonner } from 'sonner'
import { TOAST_OFFSET, useToastPlace } from './toast-place.ts'

/** Where toasts appear: where they cover nothing to act with, and stop above all stays in reach. */
export function Toaster() {
  const { toasts } = useSonner()
  const place = useToastPlace(toasts.length > 0)
  return (
    <Sonner
      position={place}
      closeButton
      gap={8}
      offset={TOAST_OFFSET}
      mobileOffset={TOAST_OFFSET}
      toastOptions={{
        unstyled: true,
        classNames: {
          toast:
            'grid w-80 grid-cols-[auto_minmax(0,1fr)] items-start gap-x-2.5 rounded-lg border border-line bg-raised py-2.5 pr-8 pl-3 text-base text-fg shadow-lg shadow-shade font-sans',
          icon: 'mt-0.5 shrink-0',
          content: 'min-w-0',
          title: 'break-words',
          description: 'text-muted text-sm',
          error: '[&_[data-icon]]:text-trouble',
          success: '[&_[data-icon]]:text-ok',
          warning: '[&_[data-icon]]:text-waiting',
          info: '[&_[data-icon]]:text-muted',
          closeButton: 'absolute top-2 right-2 rounded-xs p-1 text-muted hover:bg-hover hover:text-fg',
          actionButton:
            'col-start-2 mt-1 -ml-1.5 justify-self-start whitespace-nowrap rounded-xs px-1.5 py-0.5 text-sm font-medium text-accent hover:bg-hover',
        },
      }}
    />
  )
}
