// How the page is built. The window's content policy allows files of our own and nothing inline,
// so nothing may be folded into the HTML, the scripts or the styles.
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { loadEnv } from 'vite';
import { defineConfig } from 'vitest/config';

export default defineConfig(({ mode }) => ({
  plugins: [svelte()],
  clearScreen: false,
  server: {
    host: 'localhost',
    port: 5173,
    strictPort: true,
    // The page in a browser, while it is designed, beside a server that runs: `vitrine serve`.
    proxy: Object.fromEntries(['/api/', '^/[a-zA-Z0-9]{10}(/|$)', '/image/', '/t/'].map((path) => [path, serverOf(mode)])),
    // The app's icon lives beside the app's manifest, one folder up.
    fs: { allow: ['..'] },
  },
  build: {
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // The oldest web view we meet: WebKitGTK 2.50, WebView2, and macOS 13's WKWebView.
    target: ['safari16.4', 'chrome111'],
  },
  // Component tests mount in a document, so they need Svelte's browser half.
  resolve: mode === 'test' ? { conditions: ['browser'] } : {},
  test: {
    environment: 'jsdom',
    include: ['src/**/*.test.ts'],
    // The tokens' test reads the real styles.
    css: true,
  },
}));

/** A server to design the dashboard beside: `VITRINE_SERVER=http://… npm run dev`. */
function serverOf(mode: string): string {
  return loadEnv(mode, '.', 'VITRINE_').VITRINE_SERVER ?? 'http://127.0.0.1:4870';
}
