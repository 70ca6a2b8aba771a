import vue from '@vitejs/plugin-vue'
import components from 'unplugin-vue-components/vite'
import { ElementPlusResolver } from 'unplugin-vue-components/resolvers'
import { defineConfig } from 'vite'

export default defineConfig({
  plugins: [
    vue(),
    // Only the Element Plus components that a template names, with their own styles.
    components({ dirs: [], dts: 'src/components.d.ts', resolvers: [ElementPlusResolver()] }),
  ],
  build: {
    chunkSizeWarningLimit: 1000,
    // The console, and the light page of the public.
    rollupOptions: { input: ['index.html', 'citizen.html'] },
  },
})
