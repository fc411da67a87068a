// The start of the page: find the host, show the app, tell the host once it is on the screen.
import { mount } from 'svelte';
import AppView from './App.svelte';
import { App } from './app.svelte';
import NoHost from './NoHost.svelte';
import { chooseHost } from './host/choose';
import './styles/tokens.css';
import './styles/base.css';

const target = document.getElementById('app');
if (!target) throw new Error('index.html has no element #app');

const host = await chooseHost();
if (host) {
  const app = new App(host);
  mount(AppView, { target, props: { app } });
  void app.start();
  // The second frame begins once the first has been painted. A host that does not hear it only
  // writes a line to its log.
  requestAnimationFrame(() => requestAnimationFrame(() => void host.painted().catch(() => undefined)));
} else {
  mount(NoHost, { target });
}
