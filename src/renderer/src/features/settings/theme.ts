import type { StoreApi } from 'zustand'
import type { UiState } from '../shell/ui-store.ts'

/** Keeps the document in the chosen theme; `system` leaves the choice to the system's setting. */
export function followTheme(ui: StoreApi<UiState>, root: HTMLElement): void {
  const apply = ({ theme }: UiState) => {
    if (theme === 'system') root.removeAttribute('data-theme')
    else root.dataset.theme = theme
  }
  apply(ui.getState())
  ui.subscribe(apply)
}
