// The start of the page: find the host, show the app, tell the host once it is on the screen.
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
// A browser begins with the gallery: it comes while the server says who asks. And what is shown of uploads is there
// before the connection is gone.
if (!host.desktop) for (const part of [import('./features/gallery/Gallery.svelte'), import('./features/browser-uploads/UploadPanel.svelte')]) part.catch(() => undefined);

const app = host.desktop ? new App(host.desktop) : null;
const session = new Session(host, app?.toasts ?? new ToastStore());
mount(Shell, { target, props: { host, app, route, session } });
void session.start();
if (app) {
  void app.start();
  // The tray and the dialogs speak as the page does.
  void app.host.setLanguage(language).catch(() => undefined);
  // A window that is made anew begins where this one was.
  window.addEventListener('hashchange', () => void app.host.setPlace(location.hash).catch(() => undefined));
  // The second frame begins once the first has been painted. A host that does not hear it only
  // writes a line to its log.
  requestAnimationFrame(() => requestAnimationFrame(() => void app.host.painted().catch(() => undefined)));
}
