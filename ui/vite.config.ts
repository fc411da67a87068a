// Build configuration. The window's content security policy allows own files but nothing inline, so no asset may be
// inlined into the HTML, the scripts or the styles.
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
    // Proxies API and image requests to a running server (`vitrine serve`) during development.
    proxy: Object.fromEntries(['/api/', '^/[a-zA-Z0-9]{10}(/|$)', '/image/', '/t/'].map((path) => [path, serverOf(mode)])),
    // The app's icon is in the parent folder.
    fs: { allow: ['..'] },
  },
  build: {
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // The oldest supported web views: WebKitGTK 2.50, WebView2, and macOS 13's WKWebView.
    target: ['safari16.4', 'chrome111'],
  },
  // Component tests mount into a document, so they need Svelte's browser build.
  resolve: mode === 'test' ? { conditions: ['browser'] } : {},
  test: {
    environment: 'jsdom',
    include: ['src/**/*.test.ts'],
    // tokens.test.ts reads the real styles.
    css: true,
  },
}));

/** The server to proxy to: `VITRINE_SERVER=http://… npm run dev`. */
function serverOf(mode: string): string {
  return loadEnv(mode, '.', 'VITRINE_').VITRINE_SERVER ?? 'http://127.0.0.1:4870';
}
