// Entry point: detects the host, mounts the app and reports the first paint.
import './theme';
import { mount } from 'svelte';
import { App } from './app.svelte';
import { ToastStore } from './features/toasts/toasts.svelte';
import { detectHost } from './host/detect-host';
import { Route } from './router.svelte';
import { directionOf } from './messages/language';
import { language } from './messages/messages';
import Shell from './Shell.svelte';
import { Session } from './session.svelte';
import './styles/tokens.css';
import './styles/base.css';

const target = document.getElementById('app');
if (!target) throw new Error('index.html has no element #app');

document.documentElement.lang = language;
document.documentElement.dir = directionOf(language);

const host = await detectHost();
const route = new Route(window);
// A browser starts with the gallery, so it is loaded while the session is requested. The upload panel is preloaded
// in case the connection drops.
if (!host.desktop) for (const part of [import('./features/gallery/Gallery.svelte'), import('./features/browser-uploads/UploadPanel.svelte')]) part.catch(() => undefined);

const app = host.desktop ? new App(host.desktop) : null;
const session = new Session(host, app?.toasts ?? new ToastStore());
mount(Shell, { target, props: { host, app, route, session } });
void session.start();
if (app) {
  void app.start();
  // The tray and native dialogs use the page's language.
  void app.host.setLanguage(language).catch(() => undefined);
  // A window that is created again starts with this route.
  window.addEventListener('hashchange', () => void app.host.setPlace(location.hash).catch(() => undefined));
  // The second animation frame follows the first paint. If this fails the host only logs it.
  requestAnimationFrame(() => requestAnimationFrame(() => void app.host.painted().catch(() => undefined)));
}
