import { resolve } from 'node:path'
import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

/** Builds the real renderer around the in-memory bridge, for looking at every screen without a main side. */
export default defineConfig({
  root: resolve(import.meta.dirname),
  base: './',
  plugins: [react(), tailwindcss()],
  build: { outDir: resolve(import.meta.dirname, '../../../out/twin'), emptyOutDir: true },
})
