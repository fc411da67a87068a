import { expect, test } from 'vitest';
import { App } from './app.svelte';
import { FakeHost, pictureRow, READY } from './host/fake';

test('the page starts with what the host remembers', async () => {
  const app = new App(new FakeHost({ ...READY, copy: { what: 'original', size: 400, how: 'bbcode' } }, [pictureRow(1)]));
  await app.start();
  expect(app.uploads.rows).toHaveLength(1);
  expect(app.copying.current).toEqual({ what: 'original', size: 400, how: 'bbcode' });
});

test('the page follows the news of the host', async () => {
  const host = new FakeHost();
  const app = new App(host);
  await app.start();
  host.tell('rows', [pictureRow(5, { state: { is: 'queued' } })]);
  host.tell('progress', { id: 5, sent: 1, total: 2 });
  host.tell('drag', { over: true, count: 3, lanes: [{ is: 'usual', target: 'This computer' }, { is: 'original' }, { is: 'target', name: 'Office' }], lane: 0 });
  host.tell('state', { ...READY, keychain: 'missing' });
  host.tell('notice', { code: 'copied', fields: { pictures: 1, links: 1 } });
  expect(app.uploads.rows[0]?.state.is).toBe('sending');
  expect(app.drag).toEqual({ over: true, count: 3, lanes: [{ is: 'usual', target: 'This computer' }, { is: 'original' }, { is: 'target', name: 'Office' }], lane: 0 });
  expect(app.surroundings?.keychain).toBe('missing');
  expect(app.notices.spoken).toBe('Link copied · URL');
});

test('rows are read again where their links may have changed or news of them were lost, and for nothing else', async () => {
  const host = new FakeHost();
  const app = new App(host);
  await app.start();
  const readings = () => host.asked.filter(([what]) => what === 'rows').length;
  const begun = readings();
  host.tell('state', { ...READY, keychain: 'missing', paused: true });
  expect(readings()).toBe(begun);
  host.tell('state', { ...READY, targets: READY.targets.map((target) => ({ ...target, name: 'Attic' })) });
  expect(readings()).toBe(begun + 1);
  host.tell('missed', {});
  expect(readings()).toBe(begun + 2);
});

test('the question before closing is answered once and goes away', async () => {
  const host = new FakeHost();
  const app = new App(host);
  await app.start();
  host.tell('ask_close', {});
  expect(app.askingToClose).toBe(true);
  app.answerClose('minimise');
  expect(app.askingToClose).toBe(false);
  expect(host.asked.at(-1)).toEqual(['answerClose', 'minimise']);
});

test('a host that does not answer is not passed over in silence', async () => {
  const host = new FakeHost();
  host.broken.add('state');
  const app = new App(host);
  await app.start();
  expect(app.notices.toasts.map((toast) => toast.code)).toEqual(['request_failed']);
});

test('what is said of copied links shows the picture, copies again, opens it, and takes back what was uploaded just now', async () => {
  const host = new FakeHost(READY, [pictureRow(7, { copied: true }), pictureRow(6)]);
  const app = new App(host);
  await app.start();
  host.tell('notice', { code: 'copied', fields: { pictures: 1, links: 3, how: 'url' } });
  const about = app.notices.toasts.at(-1)?.about;
  expect(about?.picture).toContain('/7');
  expect(about?.actions.map(({ name }) => name)).toEqual(['copy-again', 'open', 'undo']);
  about?.actions[0]?.act();
  expect(host.asked.at(-1)).toEqual(['copyAgain']);
  about?.actions[2]?.act();
  expect(host.asked.at(-1)).toEqual(['delete', 7]);
});
